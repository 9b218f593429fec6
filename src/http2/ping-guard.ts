/** How often a client may ping (gRFC A8). */
export interface PingRules {
  /** Between two pings for which we sent nothing of substance, in ms. */
  readonly minPingIntervalMs: number;
  /** So many pings that came too early are put up with; 0: any number. */
  readonly maxPingStrikes: number;
}

/** Between two pings of a client that has no call under way, as gRPC has it: TCP's keep-alive, RFC 1122. */
const idlePingIntervalMs = 2 * 3600 * 1000;

/** Says when a client pings too often. Time is ms on one clock. */
export class PingGuard {
  readonly #rules: PingRules;
  #lastPing = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  #sent = 0;

  constructor(rules: PingRules) {
    this.#rules = rules;
  }

  /**
   * Counts a ping. @returns false where it is one too many.
   * @param isIdle whether the client has no call, and may not ping so often then
   * @param sent frames of substance that it was sent so far: after any, all is forgiven
   */
  allows(now: number, isIdle: boolean, sent: number): boolean {
    if (sent !== this.#sent) {
      this.#sent = sent;
      this.#strikes = 0;
      this.#lastPing = Number.NEGATIVE_INFINITY;
    }
    const { minPingIntervalMs, maxPingStrikes } = this.#rules;
    const sinceLast = now - this.#lastPing;
    this.#lastPing = now;
    if (sinceLast >= (isIdle ? idlePingIntervalMs : minPingIntervalMs)) return true;
    this.#strikes += 1;
    return maxPingStrikes === 0 || this.#strikes <= maxPingStrikes;
  }
}
