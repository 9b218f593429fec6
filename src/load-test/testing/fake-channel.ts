import type { Channel, Done } from '../channel.ts';
import type { PreparedRequest } from '../prepared-request.ts';

/** A channel whose answers a test gives. */
export class FakeChannel implements Channel {
  readonly capacity: number;
  failure: string | null = null;
  isClosed = false;
  /** What was asked and not answered yet, the oldest first. */
  readonly asked: { readonly request: PreparedRequest; readonly done: Done }[] = [];
  #onAsk: (() => void) | null = null;

  constructor(capacity = 1) {
    this.capacity = capacity;
  }

  ask(request: PreparedRequest, done: Done): void {
    this.asked.push({ request, done });
    this.#onAsk?.();
  }

  /** Answers the oldest question. */
  answer(failure: string | null = null): void {
    this.asked.shift()!.done(failure, null);
  }

  /** Has every question answered in a later turn of the event loop. */
  answerAll(): void {
    this.#onAsk = () => setImmediate(() => this.answer());
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A request that is only told apart. */
export function fakeRequest(body = ''): PreparedRequest {
  return { body: Buffer.from(body), path: '/', contentType: 'text/plain', answer: null };
}
