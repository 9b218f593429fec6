import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Over TLS: the root of the server's certificate, PEM; null: plain. */
  readonly tlsRoot: string | null;
}

/** A socket to a server, once it is there; over TLS after the handshake. @throws Error of the system. */
export async function connect(
  { host, port, tlsRoot }: Endpoint,
  alpn: string,
): Promise<net.Socket> {
  if (tlsRoot === null) {
    const socket = net.connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return socket;
  }
  const socket = tls.connect({
    ...{ host, port },
    servername: 'localhost',
    ca: tlsRoot,
    ALPNProtocols: [alpn],
  });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

/** An address for a URL or a Host field: IPv6 in brackets. */
export function authority({ host, port }: Pick<Endpoint, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
