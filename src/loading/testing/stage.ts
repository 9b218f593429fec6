import { once } from 'node:events';
import { BroadcastChannel } from 'node:worker_threads';

/** The channel on which held jobs of `staged-worker.ts` and their test talk. */
export const stageName = 'serval-load-stage';

/** The entry of a thread whose jobs a test stages. */
export const stagedWorker = new URL('./staged-worker.ts', import.meta.url);

/** A test's side of held jobs: knows which have begun, in their order, and lets them end. */
export class Stage {
  readonly begun: string[] = [];
  readonly #channel = new BroadcastChannel(stageName);
  readonly #events = new EventTarget();

  constructor() {
    this.#channel.onmessage = (event) => {
      const { data } = event as { readonly data: string };
      if (!data.startsWith('begun:')) return;
      this.begun.push(data.slice('begun:'.length));
      this.#events.dispatchEvent(new Event('begun'));
    };
  }

  async untilBegun(count: number): Promise<void> {
    while (this.begun.length < count) await once(this.#events, 'begun');
  }

  finish(path: string): void {
    this.#channel.postMessage(`go:${path}`);
  }

  close(): void {
    this.#channel.close();
  }
}
