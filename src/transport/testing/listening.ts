import { socketOf, takeDescriptor } from '../../data-plane/index.ts';
import { Acceptor, type ConnectionTaker, type TcpBind } from '../index.ts';

/** Connections of one protocol, as a test's server has them. */
interface Connections extends ConnectionTaker {
  readonly connections: number;
  stop(graceMs: number): Promise<void>;
}

/** A free port of this machine. */
const freePort: TcpBind = {
  hosts: ['127.0.0.1'],
  port: 'ephemeral',
  flag: '--port',
};

/** Accepts connections and serves them, on one thread. */
export class Listening<C extends Connections> {
  readonly served: C;
  readonly #acceptor: Acceptor;

  private constructor(served: C, acceptor: Acceptor) {
    this.served = served;
    this.#acceptor = acceptor;
  }

  /** @param isDirect as connections come to a data thread; REST only */
  static async start<C extends Connections>(
    served: C,
    allowHalfOpen: boolean,
    isDirect = false,
  ): Promise<Listening<C>> {
    const direct: ConnectionTaker = {
      take: (socket) => served.take(socketOf(takeDescriptor(socket), 'rest')),
    };
    const acceptor = await Acceptor.start({
      ...{ tcp: freePort, unix: null, allowHalfOpen },
      unread: isDirect,
      taker: isDirect ? direct : served,
    });
    return new Listening(served, acceptor);
  }

  get port(): number {
    return this.#acceptor.port!;
  }

  get connections(): number {
    return this.served.connections;
  }

  /** As a server ends: accepts no more, then lets requests under way finish. */
  async stop(graceMs: number): Promise<void> {
    await this.#acceptor.stop();
    await this.served.stop(graceMs);
  }
}
