import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What one stream of requests is to do. */
export interface StreamPlan {
  readonly model: string;
  /** Requests a second, at random times (Poisson). */
  readonly rate: number;
}

/** Every request of one stream, in the order of their scheduled times. */
export interface StreamRecord {
  /** When it was to be sent, ms since 1970. */
  readonly scheduledAt: Float64Array;
  /** From then to its answer, in ms. */
  readonly latencyMs: Float64Array;
  /** The version that answered; 0: it failed. */
  readonly version: Float64Array;
  /** The first failures and wrong answers. */
  readonly failures: readonly string[];
  readonly failed: number;
}

/** To the client's process. */
export type ClientRequest =
  | { readonly kind: 'capacity'; readonly models: readonly string[]; readonly ms: number }
  | { readonly kind: 'start'; readonly streams: readonly StreamPlan[] }
  | { readonly kind: 'stop' };

/** From the client's process: one for each `capacity` and `stop`. */
export type ClientReply =
  | { readonly kind: 'capacity'; readonly perSecond: number }
  | { readonly kind: 'records'; readonly records: readonly StreamRecord[] };

/**
 * A gRPC client in a process of its own, which sends requests when they are due, whether or not
 * earlier ones were answered, and times them from when they were due. All requests ask models that
 * compute x / 2 + 2 in odd versions and x / 2 + 3 in even ones, with inputs that no two share, so
 * that each answer is known to be that of its request and version.
 */
export class OpenLoop implements AsyncDisposable {
  readonly #child: ChildProcess;

  /** @param address of the server's gRPC listener. */
  constructor(address: string) {
    this.#child = fork(
      fileURLToPath(new URL('./open-loop-client.ts', import.meta.url)),
      [address],
      {
        serialization: 'advanced',
        stdio: 'inherit',
      },
    );
  }

  /** How many requests a second are answered when 16 clients ask these models one after the other. */
  async capacity(models: readonly string[], ms: number): Promise<number> {
    const reply = await this.#ask({ kind: 'capacity', models, ms });
    if (reply.kind !== 'capacity') throw new Error(`got ${reply.kind}`);
    return reply.perSecond;
  }

  start(streams: readonly StreamPlan[]): void {
    this.#child.send({ kind: 'start', streams } satisfies ClientRequest);
  }

  /** Sends nothing more, waits for all answers and returns what happened to each stream. */
  async stop(): Promise<readonly StreamRecord[]> {
    const reply = await this.#ask({ kind: 'stop' });
    if (reply.kind !== 'records') throw new Error(`got ${reply.kind}`);
    return reply.records;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode !== null || !this.#child.kill()) return;
    await gone;
  }

  #ask(request: ClientRequest): Promise<ClientReply> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error('the client died'));
      this.#child.once('exit', died);
      this.#child.once('message', (reply: ClientReply) => {
        this.#child.off('exit', died);
        resolve(reply);
      });
      this.#child.send(request);
    });
  }
}

/** A percentile of these values; NaN of none. */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
