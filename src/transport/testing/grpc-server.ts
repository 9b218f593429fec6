import type { GrpcService } from '../../protocol/index.ts';
import { createGrpcHandler, HealthService, Refusals } from '../../protocol/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { ByteBudget } from '../../util/index.ts';
import { GrpcConnections, type Http2Limits } from '../index.ts';
import { Listening } from './listening.ts';

export interface TestGrpcServerOptions {
  readonly services?: readonly GrpcService[];
  readonly maxMessageBytes?: number;
  readonly requestTimeoutMs?: number;
  readonly budgetBytes?: number;
  readonly limits?: Partial<Http2Limits>;
}

/** A gRPC server on a free port of this machine; ends, at the latest, with its scope. */
export class TestGrpcServer implements AsyncDisposable {
  readonly listener: Listening<GrpcConnections>;
  readonly logger: MemoryLogger;
  readonly health: HealthService;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;

  private constructor(
    listener: Listening<GrpcConnections>,
    parts: Pick<TestGrpcServer, 'logger' | 'health' | 'budget' | 'refusals'>,
  ) {
    this.listener = listener;
    this.logger = parts.logger;
    this.health = parts.health;
    this.budget = parts.budget;
    this.refusals = parts.refusals;
  }

  static async start(options: TestGrpcServerOptions = {}): Promise<TestGrpcServer> {
    const logger = new MemoryLogger();
    const health = new HealthService();
    const budget = new ByteBudget(options.budgetBytes ?? Number.POSITIVE_INFINITY);
    const refusals = new Refusals();
    const { services = [], limits, budgetBytes: _, ...handlerOptions } = options;
    const connections = new GrpcConnections({
      handler: createGrpcHandler({ ...handlerOptions, services, health, logger, budget, refusals }),
      logger,
      refusals,
      ...(limits === undefined ? {} : { limits }),
    });
    const listener = await Listening.start(connections, false);
    return new TestGrpcServer(listener, { logger, health, budget, refusals });
  }

  get port(): number {
    return this.listener.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.stop(0);
  }
}
