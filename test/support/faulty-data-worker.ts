/** The entry of a data thread that fails when it is told to: see {@link injectFault}. */
import { BroadcastChannel, workerData } from 'node:worker_threads';
import koffi from 'koffi';
import type { ThreadData } from '../../src/data-plane/index.ts';
import { nativePlatform } from '../../src/engines/ffi/platform.ts';
import { pendingCalls } from '../../src/engines/index.ts';

/**
 * How a data thread fails. An object: it is in a native call until somebody opens this FIFO to write.
 */
export type Fault =
  | 'throw'
  | 'reject'
  | 'exit'
  | 'memory'
  | 'hang'
  | { readonly waitsForWriter: string };

interface FaultMessage {
  readonly index: number;
  readonly fault: Fault;
  readonly whileRunning: boolean;
}

const channelName = 'serval-test-faults';

/**
 * Lets a data thread of this process fail.
 * @param whileRunning not before a model run of its own is under way off the thread
 */
export function injectFault(index: number, fault: Fault, whileRunning = false): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage({ index, fault, whileRunning } satisfies FaultMessage);
  channel.close();
}

function fail(fault: Fault): void {
  if (typeof fault === 'object') {
    const library = koffi.load(nativePlatform().libc);
    library.func('open', 'int', ['str', 'int'])(fault.waitsForWriter, 0);
    return;
  }
  switch (fault) {
    case 'throw':
      setImmediate(() => {
        throw new Error('an injected exception');
      });
      break;
    case 'reject':
      void Promise.reject(new Error('an injected rejection'));
      break;
    case 'exit':
      process.exit(3);
      break;
    case 'hang':
      for (;;);
    case 'memory': {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(10_000).fill(kept.length));
    }
  }
}

const data = workerData as ThreadData | null;
if (data !== null && 'index' in data) {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (event: unknown) => {
    const { index, fault, whileRunning } = (event as { readonly data: FaultMessage }).data;
    const failNow = (): void => {
      // Each thread counts its own native calls.
      if (whileRunning && pendingCalls.count === 0) setImmediate(failNow);
      else fail(fault);
    };
    if (index === data.index) failNow();
  };
  (channel as unknown as { unref(): void }).unref();
  await import('../../src/server/data-worker.ts');
}
