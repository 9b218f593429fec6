import type { ClientTls, OpenLoopOptions, PreparedRequest } from '../../../src/load-test/index.ts';

/** Whom a client asks, and what. */
export interface ClientPlan {
  readonly protocol: 'rest' | 'grpc';
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** null: plain. */
  readonly tls: ClientTls | null;
  /** Asked one after the other, from the first again after the last. */
  readonly requests: readonly PreparedRequest[];
}

/** To the client's process. Each is answered by one {@link ClientReply}, in order. */
export type ClientRequest =
  | { readonly kind: 'connect'; readonly plan: ClientPlan }
  | { readonly kind: 'closed'; readonly ms: number }
  | ({ readonly kind: 'open' } & OpenLoopOptions)
  | ({ readonly kind: 'overload' } & OpenLoopOptions);

/** From the client's process. */
export type ClientReply =
  | { readonly kind: 'connected' }
  | { readonly kind: 'done'; readonly record: LoadRecord }
  | { readonly kind: 'outcomes'; readonly record: OverloadRecord }
  | { readonly kind: 'failed'; readonly error: string };

/** What happened in one stretch of load. */
export interface LoadRecord {
  /** Right answers. */
  readonly answered: number;
  /** Wrong answers and failures. */
  readonly failed: number;
  readonly firstFailure: string | null;
  /** From the first request to the last answer. */
  readonly ms: number;
  /** CPU time of the client's process meanwhile. */
  readonly clientCpuMs: number;
  /** Of each right answer, in ms; in open loop from when the request was due. */
  readonly latencyMs: Float64Array;
}

/** What became of the requests of a stretch in which a server is expected to refuse some. */
export interface OverloadRecord {
  /** From the first request to the last reply. */
  readonly ms: number;
  /** CPU time of the client's process meanwhile. */
  readonly clientCpuMs: number;
  /** Of each right answer, in ms from when the request was due. */
  readonly answeredMs: Float64Array;
  /** Of each refusal, in ms from when the request was due. */
  readonly refusedMs: Float64Array;
  /** The same refusals, in ms from when the request was sent. */
  readonly refusedSinceSentMs: Float64Array;
  /** Refusals by the name of their code. */
  readonly refusals: Readonly<Record<string, number>>;
}
