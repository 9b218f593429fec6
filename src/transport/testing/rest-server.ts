import { Refusals, type RestHandler } from '../../protocol/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { ByteBudget } from '../../util/index.ts';
import { type Http1Limits, RestConnections } from '../index.ts';
import { Listening } from './listening.ts';

/** A REST server on a free port of this machine; ends, at the latest, with its scope. */
export class TestRestServer implements AsyncDisposable {
  readonly listener: Listening<RestConnections>;
  readonly logger: MemoryLogger;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;

  private constructor(
    listener: Listening<RestConnections>,
    parts: Pick<TestRestServer, 'logger' | 'budget' | 'refusals'>,
  ) {
    this.listener = listener;
    this.logger = parts.logger;
    this.budget = parts.budget;
    this.refusals = parts.refusals;
  }

  static async start(
    handler: RestHandler,
    limits: Partial<Http1Limits> = {},
    budgetBytes = Number.POSITIVE_INFINITY,
    isDirect = false,
  ): Promise<TestRestServer> {
    const parts = {
      logger: new MemoryLogger(),
      budget: new ByteBudget(budgetBytes),
      refusals: new Refusals(),
    };
    const connections = new RestConnections({ ...parts, handler, limits });
    const listener = await Listening.start(connections, true, isDirect);
    return new TestRestServer(listener, parts);
  }

  get url(): string {
    return `http://127.0.0.1:${this.listener.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.stop(0);
  }
}
