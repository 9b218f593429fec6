/** How long a connection may live, and how a client that has gone is found. In ms; Infinity: never. */
export interface UpkeepTimes {
  /** A connection is ended gently after so long, give or take a tenth. */
  readonly maxAgeMs: number;
  /** What calls under way then have until they are cut off. */
  readonly maxAgeGraceMs: number;
  /** Without a call for so long, give or take a tenth, it is ended gently. */
  readonly maxIdleMs: number;
  /** A client that says nothing for so long is asked by a ping … */
  readonly keepaliveMs: number;
  /** … and has so long to say something. */
  readonly keepaliveTimeoutMs: number;
  /** Whether it is asked while it has no call under way. */
  readonly keepaliveWithoutCalls: boolean;
}

/** What is to be done about a connection: `end` gently, `cut` off at once for a reason. */
export type UpkeepStep = 'nothing' | 'ping' | 'end' | 'cut: too old' | 'cut: silent';

/** Connections that were made together shall not end together. */
const jitter = 0.1;

/**
 * Decides when a connection has become too old, has been idle for too long, or has lost its client. It has
 * no timer: somebody asks at short intervals, which are how exact it is. Time is ms on one clock.
 */
export class Upkeep {
  readonly #times: UpkeepTimes;
  readonly #endAt: number;
  readonly #maxIdleMs: number;
  /** Set by whoever reads: the client has said something. */
  hasRead = false;
  #lastRead: number;
  #lastBusy: number;
  #newestCall = 0;
  /** When the client was asked whether it is there; null: it need not answer. */
  #askedAt: number | null = null;
  #isOverdue = false;
  #cutAt = Number.POSITIVE_INFINITY;
  #isEnding = false;

  /** @param random from 0 to 1 */
  constructor(times: UpkeepTimes, now: number, random = Math.random()) {
    const factor = 1 + jitter * (2 * random - 1);
    this.#times = times;
    this.#endAt = now + times.maxAgeMs * factor;
    this.#maxIdleMs = times.maxIdleMs * factor;
    this.#lastRead = now;
    this.#lastBusy = now;
  }

  /**
   * What is to be done now; `end` comes once.
   * @param calls under way
   * @param newestCall a number that each call makes larger
   */
  step(now: number, calls: number, newestCall: number): UpkeepStep {
    if (calls > 0 || newestCall !== this.#newestCall) this.#lastBusy = now;
    this.#newestCall = newestCall;
    const isSilent = this.#listen(now);
    if (now >= this.#cutAt) return 'cut: too old';
    if (isSilent) return 'cut: silent';
    if (!this.#isEnding && this.#isToEnd(now)) {
      this.#isEnding = true;
      return 'end';
    }
    const { keepaliveMs, keepaliveWithoutCalls } = this.#times;
    const mayAsk = this.#askedAt === null && (calls > 0 || keepaliveWithoutCalls);
    if (!mayAsk || now - this.#lastRead < keepaliveMs) return 'nothing';
    this.#askedAt = now;
    return 'ping';
  }

  #isToEnd(now: number): boolean {
    if (now >= this.#endAt) {
      this.#cutAt = now + this.#times.maxAgeGraceMs;
      return true;
    }
    return now - this.#lastBusy >= this.#maxIdleMs;
  }

  /** @returns whether a client that was asked has said nothing for too long. */
  #listen(now: number): boolean {
    if (this.hasRead) {
      this.hasRead = false;
      this.#lastRead = now;
      this.#askedAt = null;
      this.#isOverdue = false;
    }
    if (this.#askedAt === null || now - this.#askedAt < this.#times.keepaliveTimeoutMs)
      return false;
    // Where this thread was held up, the answer may be here and not read yet: it has one more turn.
    if (this.#isOverdue) return true;
    this.#isOverdue = true;
    return false;
  }
}

/** How often to ask, in ms, so that no time is exceeded by much; Infinity: there is nothing to ask. */
export function upkeepInterval(times: UpkeepTimes): number {
  const { maxAgeMs, maxAgeGraceMs, maxIdleMs, keepaliveMs, keepaliveTimeoutMs } = times;
  const shortest = Math.min(
    maxAgeMs,
    maxIdleMs,
    keepaliveMs,
    maxAgeMs === Number.POSITIVE_INFINITY ? maxAgeMs : maxAgeGraceMs,
    keepaliveMs === Number.POSITIVE_INFINITY ? keepaliveMs : keepaliveTimeoutMs,
  );
  return shortest === Number.POSITIVE_INFINITY
    ? shortest
    : Math.min(Math.max(shortest / 20, 10), 1000);
}
