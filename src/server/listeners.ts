import type { ServerOptions } from '../config/index.ts';
import { restPortConflict } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { Acceptor } from '../transport/index.ts';
import type { ServalAddresses } from './serval.ts';
import type { ServingThreads } from './serving-threads.ts';

export interface ListenersOptions {
  readonly options: ServerOptions;
  /** Serve what is accepted. */
  readonly threads: ServingThreads;
  readonly logger: Logger;
}

/** Where gRPC listens unless told otherwise, as TFS (spec 1.2): IPv4 only. */
const grpcHost = '0.0.0.0';

/** REST takes both families where the machine has them. */
const restHosts = ['::', '0.0.0.0'] as const;

/** The listening sockets of both protocols, which belong to the control thread. */
export class Listeners {
  readonly addresses: ServalAddresses;
  readonly #acceptors: readonly Acceptor[];
  readonly #threads: ServingThreads;

  private constructor(grpc: Acceptor, rest: Acceptor | null, given: ListenersOptions) {
    const { options, threads } = given;
    this.#acceptors = rest === null ? [grpc] : [grpc, rest];
    this.#threads = threads;
    const restHost = options.host || restHosts[0];
    this.addresses = {
      grpc: grpc.port === null ? null : { host: options.host || grpcHost, port: grpc.port },
      rest: rest === null ? null : { host: restHost, port: rest.port! },
    };
  }

  /**
   * Listens on what the options name, gRPC first.
   * @throws StatusError what is wrong with a port or path; then nothing listens.
   */
  static async open(given: ListenersOptions): Promise<Listeners> {
    const grpc = await openGrpc(given);
    try {
      return new Listeners(grpc, await openRest(given), given);
    } catch (error) {
      await grpc.stop();
      await given.threads.stop(0);
      throw error;
    }
  }

  /**
   * Stops listening, turns health to NOT_SERVING and lets requests under way finish; what has not
   * after `graceMs` is cut off.
   */
  async close(graceMs: number): Promise<void> {
    await Promise.all(this.#acceptors.map((acceptor) => acceptor.stop()));
    await this.#threads.stop(graceMs);
  }
}

async function openGrpc({ options, threads, logger }: ListenersOptions): Promise<Acceptor> {
  const { port, grpcSocketPath: path } = options;
  const host = options.host || grpcHost;
  const acceptor = await Acceptor.start({
    tcp: port === 0 ? null : { hosts: [host], port, flag: '--port' },
    unix: path === '' ? null : { path, flag: '--grpc_socket_path' },
    allowHalfOpen: false,
    unread: threads.takesUnread,
    taker: { take: (socket) => threads.take('grpc', socket) },
  });
  if (acceptor.port !== null) {
    logger.info(`Running gRPC ModelServer at ${authority(host, acceptor.port)} ...`);
  }
  if (path !== '') logger.info(`Running gRPC ModelServer at UNIX socket ${path} ...`);
  return acceptor;
}

async function openRest({ options, threads, logger }: ListenersOptions): Promise<Acceptor | null> {
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
  const hosts = options.host === '' ? restHosts : [options.host];
  const acceptor = await Acceptor.start({
    tcp: { hosts, port, flag: '--rest_api_port' },
    unix: null,
    allowHalfOpen: true,
    unread: threads.takesUnread,
    taker: { take: (socket) => threads.take('rest', socket) },
  });
  logger.info(`Exporting HTTP/REST API at:localhost:${acceptor.port} ...`);
  logger.info('Entering the event loop ...');
  return acceptor;
}

/** `host:port`, an IPv6 address in brackets. */
function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
