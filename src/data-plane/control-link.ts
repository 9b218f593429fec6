import type { MessagePort } from 'node:worker_threads';
import { cancelled, fromErrorMessage, type StatusError, toErrorMessage } from '../status/index.ts';
import { PortLogger } from '../telemetry/index.ts';
import type { Answer, FromThread, Question, ThreadData, ToThread } from './messages.ts';
import { TickPort } from './tick-port.ts';

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: StatusError) => void;
}

/** A data thread's end of its connection to the control thread. */
export class ControlLink {
  /** Of the thread, from 0 on; one that replaces another has its number. */
  readonly index: number;
  readonly logger: PortLogger;
  readonly #port: MessagePort;
  readonly #out: TickPort<FromThread>;
  readonly #asked = new Map<number, Asked>();
  #lastCall = 0;

  constructor(port: MessagePort, { index, logLevel }: Pick<ThreadData, 'index' | 'logLevel'>) {
    this.index = index;
    this.#port = port;
    this.#out = new TickPort(port);
    // Lines are posted at once, on their own: they may be the last that the thread can do.
    const lines = { postMessage: (line: FromThread) => port.postMessage([line]) };
    this.logger = new PortLogger(lines, logLevel);
  }

  /** Calls `handle` for every message but answers, from now on. */
  listen(handle: (message: Exclude<ToThread, { kind: 'answer' | 'refusal' }>) => void): void {
    this.#port.on('message', (posted: unknown) =>
      TickPort.receive<ToThread>(posted, (message) => {
        if (message.kind === 'answer') this.#take(message.call)?.resolve(message.answer);
        else if (message.kind === 'refusal') {
          this.#take(message.call)?.reject(fromErrorMessage(message.error));
        } else handle(message);
      }),
    );
  }

  send(message: FromThread): void {
    this.#out.send(message);
  }

  /** Sends at once: before the reply of a request under way. */
  sendNow(message: FromThread): void {
    this.#out.send(message);
    this.#out.flush();
  }

  /**
   * Asks the control thread.
   *
   * @param signal when aborted, the promise rejects with its reason and the control thread is told.
   * @throws StatusError what the control thread's answer failed with.
   */
  ask(question: Question, signal: AbortSignal | null = null): Promise<Answer> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const call = ++this.#lastCall;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const giveUp = (): void => {
      if (this.#take(call) === undefined) return;
      this.send({ kind: 'cancel', call });
      reject(signal?.reason ?? cancelled('The request was cancelled'));
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#asked.set(call, { resolve, reject });
    this.send({ kind: 'ask', call, question });
    return promise.finally(() => signal?.removeEventListener('abort', giveUp));
  }

  /** Tells of a defect, at once. */
  fail(thrown: unknown): void {
    const stack = thrown instanceof Error ? (thrown.stack ?? null) : null;
    this.#out.send({ kind: 'failed', error: toErrorMessage(thrown), stack });
    this.#out.flush();
  }

  /** Sends what waits and hears nothing any more: the thread can end. */
  close(): void {
    this.#out.flush();
    this.#port.close();
  }

  #take(call: number): Asked | undefined {
    const asked = this.#asked.get(call);
    this.#asked.delete(call);
    return asked;
  }
}
