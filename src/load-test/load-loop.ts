import type { Channel } from './channel.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** Counts what became of requests. */
export interface AnswerSink {
  /**
   * @param since when the request was sent, in open loop when it was due, by `performance.now()`
   * @param failure null for a right answer
   */
  count(since: number, failure: string | null): void;
}

/** What both loops need. */
export interface LoopOptions {
  /** A loop never has more requests under way on one than its capacity. */
  readonly channels: readonly Channel[];
  /** Sent one after the other, from the first again after the last. */
  readonly requests: readonly PreparedRequest[];
  /** How long requests are sent. */
  readonly ms: number;
  readonly sink: AnswerSink;
  /** How long after the end answers are waited for; for ever by default. */
  readonly patienceMs?: number;
  /** Ends the loop at once: nothing more is sent or waited for. */
  readonly signal?: AbortSignal;
}

/** Sees a loop to its end: of its time, its answers, its patience, or by its signal. */
export class LoopEnd {
  readonly #over = Promise.withResolvers<void>();
  readonly #signal: AbortSignal | undefined;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ signal }: Pick<LoopOptions, 'signal'>) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.finish, { once: true });
    if (signal?.aborted) this.finish();
  }

  /** Whether answers are counted no longer, and nothing is sent. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it is over. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** From now on the loop waits for its last answers only. */
  waitAtMost(ms: number | undefined): void {
    if (ms !== undefined && !this.#isOver) this.#timer = setTimeout(this.finish, ms);
  }

  readonly finish = (): void => {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.finish);
    this.#over.resolve();
  };
}
