import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { compileServerOptions, type UserServerOptions } from '../../src/config/index.ts';
import type { Serval } from '../../src/index.ts';
import { ServalServer } from '../../src/server/serval-server.ts';
import { MemoryLogger } from '../../src/telemetry/testing/memory-logger.ts';
import { systemClock } from '../../src/util/index.ts';
import { RestClient } from './rest-client.ts';
import { zoo } from './server.ts';

export const halfPlusTwo: UserServerOptions = {
  modelName: 'half_plus_two',
  modelBasePath: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'),
};

export const loops: UserServerOptions = {
  modelName: 'loops',
  modelBasePath: path.join(zoo, 'models/control_flow'),
};

/** A server of this process with two data threads, which fail by `injectFault`. */
export class ThreadedServer implements AsyncDisposable {
  readonly serval: Serval;
  readonly logger: MemoryLogger;
  readonly #clients: RestClient[] = [];

  private constructor(serval: Serval, logger: MemoryLogger) {
    this.serval = serval;
    this.logger = logger;
  }

  static async start(
    user: UserServerOptions,
    given: { readonly entry?: URL; readonly maxHeapMb?: number } = {},
  ): Promise<ThreadedServer> {
    const logger = new MemoryLogger();
    const options = compileServerOptions({
      dataThreads: 2,
      port: 'ephemeral',
      restApiPort: 'ephemeral',
      shutdownGraceSeconds: 20,
      ...user,
    });
    const serval = new ServalServer({
      ...{ options, logger },
      clock: systemClock,
      dataThread: {
        entry: given.entry ?? new URL('./faulty-data-worker.ts', import.meta.url),
        maxHeapMb: given.maxHeapMb ?? null,
      },
    });
    await serval.start();
    return new ThreadedServer(serval, logger);
  }

  /** A client with connections of its own. */
  rest(): RestClient {
    const client = new RestClient(`http://127.0.0.1:${this.restPort}`);
    this.#clients.push(client);
    return client;
  }

  get restPort(): number {
    return this.serval.addresses.rest!.port;
  }

  get grpcAddress(): string {
    return `127.0.0.1:${this.serval.addresses.grpc!.port}`;
  }

  /** Clients with one connection each, by the thread that has it: two threads take turns. */
  async clientOfEach(): Promise<readonly [RestClient, RestClient]> {
    const first = this.rest();
    await first.get('/v1/models/none');
    const thread = this.serval.dataThreads.findIndex(({ connections }) => connections === 1);
    const second = this.rest();
    await second.get('/v1/models/none');
    assert.deepEqual(
      this.serval.dataThreads.map(({ connections }) => connections),
      [1, 1],
    );
    return thread === 0 ? [first, second] : [second, first];
  }

  /** Waits until a thread has been started again so often, and serves. */
  async untilRestarted(index: number, restarts: number): Promise<void> {
    for (;;) {
      const thread = this.serval.dataThreads[index]!;
      if (thread.restarts === restarts && thread.state === 'serving') return;
      await delay(5);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.serval.stop();
  }
}

/** Half plus two, and whether the answer was right. */
export async function isServed(client: RestClient, x: number): Promise<boolean> {
  const { status, body } = await client.post('/v1/models/half_plus_two:predict', {
    instances: [x],
  });
  assert.equal(status, 200, body.toString());
  return (JSON.parse(body.toString()) as { predictions: number[] }).predictions[0] === x / 2 + 2;
}
