import type { StatusError } from '../../status/index.ts';

/** Header fields: lower-case names; a list for what comes several times. */
export type GrpcHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How a call begins: the pseudo-headers that matter, and all header fields. */
export interface GrpcRequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: GrpcHeaders;
}

/**
 * What a transport feeds with the bytes of one call. Never throws: whatever is wrong becomes the
 * call's reply. After the reply or `cancel` further input is ignored.
 */
export interface GrpcCall {
  /** The next bytes of the request; the caller no longer writes to them. */
  receive(chunk: Uint8Array): void;
  /** The client has sent everything. */
  halfClose(): void;
  /**
   * The exchange is over: the reply has been sent, the client reset the stream, or its connection
   * broke. Nobody waits for a reply, and none is in memory any more. Called once in any case.
   */
  cancel(): void;
  /** Ends the call with an error from outside, whatever its handler is doing. */
  interrupt(error: StatusError): void;
  /** The transport can take more after a `send` that returned false. */
  writable(): void;
}

/**
 * The transport's side of one call: where its reply goes. Exactly one of `refuse`, `reply`, or
 * `start` followed by any number of `send` and one `finish`. Nothing is called after `cancel`.
 */
export interface GrpcSink {
  /** The whole reply in one block of headers: an error before any message, or an HTTP error. */
  refuse(headers: GrpcHeaders): void;
  /** The whole reply of a unary call. `frame` is sent without copying, then given back. */
  reply(headers: GrpcHeaders, frame: Uint8Array, trailers: GrpcHeaders): void;
  start(headers: GrpcHeaders): void;
  /** @returns false when the transport would like a pause until `GrpcCall.writable`. */
  send(frame: Uint8Array): boolean;
  finish(trailers: GrpcHeaders): void;
  /** Stops and restarts the flow of request bytes; `receive` may still be called after `pause`. */
  pause(): void;
  resume(): void;
}

/** The gRPC protocol over byte chunks: one per server, shared by its listeners. */
export interface GrpcHandler {
  /** A new call; its reply may be sent before `open` returns. */
  open(head: GrpcRequestHead, sink: GrpcSink): GrpcCall;
  /** The server is ending: health turns NOT_SERVING, calls without an end of their own end. */
  drain(): void;
}
