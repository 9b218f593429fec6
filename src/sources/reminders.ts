import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';

/** How often the operator is reminded of what goes on. */
const reminderMs = 30_000;

/**
 * Warnings about what is found again at every look: said at once or after a while, and then every
 * 30 s.
 */
export class Reminders {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** When each subject was last spoken of. */
  readonly #said = new Map<string, number>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  say(subject: string, text: string): void {
    const now = this.#clock.now();
    const last = this.#said.get(subject);
    if (last !== undefined && now - last < reminderMs) return;
    this.#said.set(subject, now);
    this.#logger.warn(text);
  }

  /** As `say`, but not at once: only where there still is reason to after a while. */
  sayLater(subject: string, text: string): void {
    if (this.#said.has(subject)) this.say(subject, text);
    else this.#said.set(subject, this.#clock.now());
  }

  /** Whatever is said next of any subject but these is said at once. */
  keepOnly(subjects: ReadonlySet<string>): void {
    for (const subject of this.#said.keys()) if (!subjects.has(subject)) this.#said.delete(subject);
  }
}
