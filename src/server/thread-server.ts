import type { Socket } from 'node:net';
import type { ServerOptions } from '../config/index.ts';
import type { Protocol } from '../data-plane/index.ts';
import type { InferenceContext } from '../inference/index.ts';
import {
  corsHeaders,
  createGrpcHandler,
  createRestHandler,
  type GrpcHandler,
  HealthService,
  type MetricsPage,
  type ModelReload,
  modelService,
  predictionService,
  profilerService,
  type Refusals,
  type ReloadOptions,
} from '../protocol/index.ts';
import { TlsDoor, type TlsMaterials } from '../security/index.ts';
import type { StatusError } from '../status/index.ts';
import type { Logger, ServingMetrics } from '../telemetry/index.ts';
import { defaultMaxFilledBytes } from '../tensor/index.ts';
import { type ConnectionTaker, GrpcConnections, RestConnections } from '../transport/index.ts';
import type { ByteBudget } from '../util/index.ts';
import { http2Limits } from './http2-limits.ts';

/** How long handshakes under way may take at the end, in ms: most have milliseconds left. */
const lastHandshakesMs = 1000;

/** What a thread serves requests with. */
export interface ThreadServerOptions {
  readonly options: ServerOptions;
  readonly context: InferenceContext;
  readonly reload: ModelReload;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;
  readonly metrics: ServingMetrics;
  /** Null: metrics are not told. */
  readonly metricsPage: MetricsPage | null;
  readonly metricValue: ReloadOptions['metricValue'];
  readonly logger: Logger;
  readonly tls: TlsMaterials;
}

/** Serves both protocols on the connections that one thread is given. */
export class ThreadServer {
  readonly #health = new HealthService();
  readonly #metrics: ServingMetrics;
  readonly #grpc: GrpcConnections;
  readonly #rest: RestConnections;
  readonly #doors: Readonly<Record<Protocol, TlsDoor | null>>;

  constructor(parts: ThreadServerOptions) {
    const { options, logger, refusals, metrics } = parts;
    this.#metrics = metrics;
    this.#grpc = new GrpcConnections({
      handler: grpcHandler(parts, this.#health),
      logger,
      refusals,
      limits: http2Limits(options),
    });
    this.#rest = restConnections(parts);
    this.#doors = {
      grpc: tlsDoor('grpc', this.#grpc, parts),
      rest: tlsDoor('rest', this.#rest, parts),
    };
  }

  /** Whether a protocol is served without encryption. */
  isPlain(protocol: Protocol): boolean {
    return this.#doors[protocol] === null;
  }

  /** Open connections, those in their handshake too. */
  get connections(): number {
    const { grpc, rest } = this.#doors;
    const handshakes = (grpc?.handshakes ?? 0) + (rest?.handshakes ?? 0);
    return this.#grpc.connections + this.#rest.connections + handshakes;
  }

  /** What connections are encrypted with from now on. */
  useTls(tls: TlsMaterials): void {
    for (const protocol of ['grpc', 'rest'] as const) {
      const material = tls[protocol];
      if (material !== null) this.#doors[protocol]?.use(material);
    }
  }

  /** Whether some version of a model is available, for the health service. */
  setModel(name: string, isAvailable: boolean): void {
    this.#health.setModel(name, isAvailable);
    this.#metrics.know(name);
  }

  /** Serves a connection from its first byte on; owns it. */
  take(protocol: Protocol, socket: Socket): void {
    const door = this.#doors[protocol];
    if (door !== null) door.take(socket);
    else if (protocol === 'grpc') this.#grpc.take(socket);
    else this.#rest.take(socket);
  }

  /**
   * Turns health to NOT_SERVING and lets requests under way finish; what has not after `graceMs` is
   * cut off. Resolves when no connection is left. Not before new ones are refused.
   */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([
      stopBehind(this.#doors.grpc, this.#grpc, graceMs),
      stopBehind(this.#doors.rest, this.#rest, graceMs),
    ]);
  }

  /** Answers every request under way with UNAVAILABLE, and 503 over REST. */
  interrupt(error: StatusError): void {
    this.#grpc.interrupt(error);
    this.#rest.interrupt(503, error.message);
  }
}

/** Connections are told of the end once all that have come have made their handshake. */
async function stopBehind(
  door: TlsDoor | null,
  connections: GrpcConnections | RestConnections,
  graceMs: number,
): Promise<void> {
  const begun = performance.now();
  await door?.stop(Math.min(lastHandshakesMs, graceMs / 2));
  await connections.stop(Math.max(0, graceMs - (performance.now() - begun)));
}

/** The door before the connections of a protocol; null: it is served in plain text. */
function tlsDoor(
  protocol: Protocol,
  connections: ConnectionTaker,
  { options, refusals, logger, tls }: ThreadServerOptions,
): TlsDoor | null {
  const material = tls[protocol];
  if (material === null) return null;
  return new TlsDoor({
    ...{ protocol, material, logger },
    handshakeMs: options.tlsHandshakeSeconds * 1000,
    serve: (socket) => connections.take(socket),
    onRefused: () => refusals.count('tls_handshake'),
  });
}

function grpcHandler(parts: ThreadServerOptions, health: HealthService): GrpcHandler {
  const { options, context, reload, budget, refusals, metrics, metricValue, logger } = parts;
  return createGrpcHandler({
    services: [
      predictionService(context, {
        asTensorContent: options.enableSerializationAsTensorContent,
        checkMethodName: options.enableSignatureMethodNameCheck,
        maxFilledBytes: defaultMaxFilledBytes,
        observer: metrics,
      }),
      modelService(context, { reload, metricValue }),
      ...(options.enableProfiler ? [profilerService()] : []),
    ],
    health,
    logger,
    budget,
    refusals,
    maxMessageBytes: options.grpcMaxMessageBytes,
  });
}

function restConnections(parts: ThreadServerOptions): RestConnections {
  const { options, context, budget, refusals, metrics, metricsPage, logger } = parts;
  const handler = createRestHandler({
    context,
    timeoutMs: options.restApiTimeoutInMs,
    cors: options.restApiEnableCorsSupport,
    checkMethodName: options.enableSignatureMethodNameCheck,
    asTensorContent: options.enableSerializationAsTensorContent,
    maxFilledBytes: defaultMaxFilledBytes,
    maxJsonDepth: options.maxJsonDepth,
    logger,
    metricsPage,
    observer: metrics,
  });
  return new RestConnections({
    handler,
    compresses: options.restApiEnableCompression,
    ...(options.restApiEnableCorsSupport && { apiErrorFields: corsHeaders }),
    logger,
    budget,
    refusals,
    limits: {
      maxBodyBytes: options.maxRequestBytes,
      headersTimeoutMs: options.httpHeaderTimeoutSeconds * 1000,
      requestTimeoutMs: options.httpRequestTimeoutSeconds * 1000,
      replyStallMs: options.replyStallSeconds * 1000,
      keepAliveMs: options.httpKeepAliveSeconds * 1000,
    },
  });
}
