import type { ServerOptions } from '../config/index.ts';
import { restPortConflict } from '../config/index.ts';
import type { ServableLookup } from '../core/index.ts';
import type { InferenceContext } from '../inference/index.ts';
import {
  createGrpcHandler,
  createRestHandler,
  HealthService,
  type ModelReload,
  modelService,
  predictionService,
  Refusals,
} from '../protocol/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { defaultMaxFilledBytes } from '../tensor/index.ts';
import { defaultHttp2Limits, GrpcListener, RestListener } from '../transport/index.ts';
import { ByteBudget } from '../util/index.ts';
import type { ServalAddresses } from './serval.ts';

export interface ListenersOptions {
  readonly options: ServerOptions;
  readonly lookup: ServableLookup<ModelServable>;
  readonly reload: ModelReload;
  readonly logger: Logger;
}

/** What the listeners of one server share. */
interface Shared {
  readonly reload: ModelReload;
  readonly context: InferenceContext;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;
}

/** Where gRPC listens unless told otherwise, as TFS (spec 1.2): IPv4 only. */
const grpcHost = '0.0.0.0';

/** REST takes both families where the machine has them. */
const restHosts = ['::', '0.0.0.0'] as const;

/** The listeners of both protocols. */
export class Listeners {
  readonly addresses: ServalAddresses;
  readonly #grpc: GrpcListener;
  readonly #rest: RestListener | null;

  private constructor(grpc: GrpcListener, rest: RestListener | null, options: ServerOptions) {
    this.#grpc = grpc;
    this.#rest = rest;
    const restHost = options.host || restHosts[0];
    this.addresses = {
      grpc: grpc.port === null ? null : { host: options.host || grpcHost, port: grpc.port },
      rest: rest === null ? null : { host: restHost, port: rest.port },
    };
  }

  /**
   * Listens on what the options name, gRPC first.
   * @throws StatusError what is wrong with a port or path; then nothing listens.
   */
  static async open({ options, lookup, reload, logger }: ListenersOptions): Promise<Listeners> {
    const shared: Shared = {
      reload,
      context: { lookup, checkShapes: options.checkTensorShapes },
      budget: new ByteBudget(options.maxInFlightBytes),
      refusals: new Refusals(),
    };
    const grpc = await openGrpc(options, shared, logger);
    try {
      return new Listeners(grpc, await openRest(options, shared, logger), options);
    } catch (error) {
      await grpc.stop(0);
      throw error;
    }
  }

  /**
   * Turns health to NOT_SERVING, stops listening and lets requests under way finish; what has not
   * after `graceMs` is cut off.
   */
  async close(graceMs: number): Promise<void> {
    await Promise.all([this.#grpc.stop(graceMs), this.#rest?.stop(graceMs)]);
  }
}

async function openGrpc(
  options: ServerOptions,
  { reload, context, budget, refusals }: Shared,
  logger: Logger,
): Promise<GrpcListener> {
  const { port, grpcSocketPath: path } = options;
  const host = options.host || grpcHost;
  const handler = createGrpcHandler({
    services: [
      predictionService(context, {
        asTensorContent: options.enableSerializationAsTensorContent,
        checkMethodName: options.enableSignatureMethodNameCheck,
        maxFilledBytes: defaultMaxFilledBytes,
      }),
      // There is no registry of metrics: each of them is unknown.
      modelService(context, { reload, metricValue: () => null }),
    ],
    health: new HealthService(),
    logger,
    budget,
    refusals,
    maxMessageBytes: options.grpcMaxMessageBytes,
  });
  const listener = await GrpcListener.start({
    handler,
    logger,
    refusals,
    tcp: port === 0 ? null : { hosts: [host], port, flag: '--port', reusePort: false },
    unix: path === '' ? null : { path, flag: '--grpc_socket_path' },
    limits: {
      maxConcurrentStreams: options.maxConcurrentStreams,
      streamResetBurst: defaultHttp2Limits.streamResetBurst,
      streamResetsPerSecond: options.maxStreamResetsPerSecond,
      replyStallMs: options.replyStallSeconds * 1000,
    },
  });
  if (listener.port !== null) {
    logger.info(`Running gRPC ModelServer at ${authority(host, listener.port)} ...`);
  }
  if (path !== '') logger.info(`Running gRPC ModelServer at UNIX socket ${path} ...`);
  return listener;
}

async function openRest(
  options: ServerOptions,
  { context, budget, refusals }: Shared,
  logger: Logger,
): Promise<RestListener | null> {
  const { restApiPort: port } = options;
  if (port === 0) {
    logger.info('REST is off. --rest_api_port=8501 turns it on at port 8501');
    return null;
  }
  const conflict = restPortConflict(options);
  if (conflict !== null) {
    logger.error(conflict);
    return null;
  }
  const handler = createRestHandler({
    context,
    timeoutMs: options.restApiTimeoutInMs,
    cors: options.restApiEnableCorsSupport,
    checkMethodName: options.enableSignatureMethodNameCheck,
    maxJsonDepth: options.maxJsonDepth,
    logger,
  });
  const listener = await RestListener.start({
    handler,
    logger,
    budget,
    refusals,
    tcp: {
      hosts: options.host === '' ? restHosts : [options.host],
      port,
      flag: '--rest_api_port',
      reusePort: false,
    },
    limits: {
      maxBodyBytes: options.maxRequestBytes,
      headersTimeoutMs: options.httpHeaderTimeoutSeconds * 1000,
      requestTimeoutMs: options.httpRequestTimeoutSeconds * 1000,
      replyStallMs: options.replyStallSeconds * 1000,
      keepAliveMs: options.httpKeepAliveSeconds * 1000,
    },
  });
  logger.info(`Exporting HTTP/REST API at:localhost:${listener.port} ...`);
  logger.info('Entering the event loop ...');
  return listener;
}

/** `host:port`, an IPv6 address in brackets. */
function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
