import type { Logger } from '../telemetry/index.ts';

/** Is told of an event and when it was published, in µs (see {@link EventBusOptions.timeMicros}). */
export type EventListener<E> = (event: E, timeMicros: number) => void;

export interface EventBusOptions {
  /** The time in µs, on whichever clock the listeners expect. */
  readonly timeMicros: () => number;
  /** Told of the errors of listeners. */
  readonly logger: Logger;
}

/** A listener for as long as it is subscribed. */
interface Subscription<E> {
  readonly listener: EventListener<E>;
  isActive: boolean;
}

interface Published<E> {
  readonly event: E;
  readonly timeMicros: number;
  /** Those that were subscribed when it was published. */
  readonly subscriptions: readonly Subscription<E>[];
}

/**
 * Tells everybody who wants to know what happens, synchronously (spec 4.10).
 *
 * 1. An event is delivered before `publish` returns, to the listeners that were subscribed when it
 *    was published, in the order in which they subscribed.
 * 2. All listeners hear all events in the order in which they were published. So an event that a
 *    listener publishes waits until the one under way is delivered: only then `publish` returns
 *    before its event has been heard.
 * 3. A listener that throws keeps neither the others from hearing nor the publisher from going on;
 *    its error is logged.
 * 4. A subscription that ends hears nothing more, not even of the event that is being delivered.
 *
 * Listeners run inside of whatever publishes: they are to be quick, and to leave work for later.
 * The bus owns its listeners until they end their subscriptions. Belongs to one thread.
 *
 * @example
 *   const bus = new EventBus<string>({ timeMicros: () => Date.now() * 1000, logger });
 *   const unsubscribe = bus.subscribe((event, timeMicros) => console.log(timeMicros, event));
 *   bus.publish('loaded');
 *   unsubscribe();
 */
export class EventBus<E> {
  readonly #timeMicros: () => number;
  readonly #logger: Logger;
  /** Replaced, never changed: events that wait keep the list of their time. */
  #subscriptions: readonly Subscription<E>[] = [];
  readonly #waiting: Published<E>[] = [];
  #isDelivering = false;

  constructor({ timeMicros, logger }: EventBusOptions) {
    this.#timeMicros = timeMicros;
    this.#logger = logger;
  }

  publish(event: E): void {
    const timeMicros = this.#timeMicros();
    this.#waiting.push({ event, timeMicros, subscriptions: this.#subscriptions });
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        this.#deliver(next);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  /** Returns the function that ends the subscription, which may be called more than once. */
  subscribe(listener: EventListener<E>): () => void {
    const subscription = { listener, isActive: true };
    this.#subscriptions = [...this.#subscriptions, subscription];
    return () => {
      subscription.isActive = false;
      this.#subscriptions = this.#subscriptions.filter((other) => other !== subscription);
    };
  }

  #deliver({ event, timeMicros, subscriptions }: Published<E>): void {
    for (const { listener, isActive } of subscriptions) {
      if (!isActive) continue;
      try {
        listener(event, timeMicros);
      } catch (error) {
        this.#logger.error('A listener failed; the others were told', { error });
      }
    }
  }
}
