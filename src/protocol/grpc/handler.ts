import { Code, StatusError, unimplemented } from '../../status/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { type ByteBudget, RequestIds } from '../../util/index.ts';
import type { Refusals } from '../refusals.ts';
import type { CallEnvironment } from './call.ts';
import { messageEncoding } from './compression.ts';
import { isGrpcContentType } from './content-type.ts';
import type { GrpcCall, GrpcHandler, GrpcRequestHead, GrpcSink } from './exchange.ts';
import type { HealthService } from './health.ts';
import { LateTimers } from './late-timers.ts';
import type { GrpcService } from './method.ts';
import { reflectionServices } from './reflection.ts';
import { replyHeaders } from './reply-headers.ts';
import { routesOf } from './routes.ts';
import { errorTrailers } from './status.ts';
import { StreamingCall } from './streaming-call.ts';
import { parseTimeout } from './timeout.ts';
import { UnaryCall } from './unary-call.ts';

export interface GrpcHandlerOptions {
  /** What to serve besides health and reflection. */
  readonly services: readonly GrpcService[];
  /** Every service becomes known to it, by its full name and, as in TFS, by its short one. */
  readonly health: HealthService;
  readonly logger: Logger;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;
  /** Longest message of a request in bytes, before and after inflating. Default 2^31 − 1, as TFS. */
  readonly maxMessageBytes?: number;
  /** How long a unary request may take to arrive, in ms. Default 10 minutes. */
  readonly requestTimeoutMs?: number;
}

/** What a transport feeds for a call that has been answered from its headers. */
const answeredCall: GrpcCall = {
  receive() {},
  halfClose() {},
  cancel() {},
  interrupt() {},
  writable() {},
};

/**
 * The gRPC protocol for a set of services, with health, and reflection over all of them.
 * @throws Error when a service registers what its descriptor does not declare.
 */
export function createGrpcHandler(options: GrpcHandlerOptions): GrpcHandler {
  const { health, logger, budget, refusals } = options;
  for (const { descriptor } of options.services) {
    health.set(descriptor.typeName, 'SERVING');
    health.set(descriptor.name, 'SERVING');
  }
  const reflected = [...options.services, health];
  const services = [...reflected, ...reflectionServices(reflected)];
  const routes = routesOf(services);
  const environment: CallEnvironment = {
    maxMessageBytes: options.maxMessageBytes ?? 2 ** 31 - 1,
    requestTimeoutMs: options.requestTimeoutMs ?? 600_000,
    budget,
    refusals,
    logger,
    requestIds: new RequestIds(),
    timers: new LateTimers(),
  };

  function open(head: GrpcRequestHead, sink: GrpcSink): GrpcCall {
    const { path, headers } = head;
    if (head.method !== 'POST') {
      refusals.count('unsupported');
      sink.refuse({ ':status': '405', allow: 'POST' });
      return answeredCall;
    }
    if (!isGrpcContentType(headers['content-type'])) {
      refusals.count('unsupported');
      sink.refuse({ ':status': '415', 'accept-post': 'application/grpc' });
      return answeredCall;
    }
    try {
      const route = routes.get(path);
      if (route === undefined) throw unimplemented(`Unknown method ${path.slice(0, 200)}`);
      const encoding = messageEncoding(headers);
      const callHead = { path, headers, deadline: deadlineOf(headers['grpc-timeout']), encoding };
      if (route.kind === 'unary') return new UnaryCall(environment, sink, callHead, route);
      const call = new StreamingCall(environment, sink, callHead, route);
      void call.run();
      return call;
    } catch (thrown) {
      const error = StatusError.from(thrown);
      refusals.count(error.code === Code.INVALID_ARGUMENT ? 'malformed' : 'unsupported');
      logger.debug('gRPC call refused', { method: path, error });
      sink.refuse({ ...replyHeaders, ...errorTrailers(error) });
      return answeredCall;
    }
  }

  return {
    open,
    drain() {
      for (const service of services) service.drain?.();
    },
  };
}

function deadlineOf(timeout: string | string[] | undefined): number {
  if (timeout === undefined) return Number.POSITIVE_INFINITY;
  return performance.now() + parseTimeout(String(timeout));
}
