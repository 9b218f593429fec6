import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

/** How a client speaks TLS. */
export interface ClientTls {
  /** The certificates of the authorities that it trusts, PEM; null: those that Node.js trusts. */
  readonly ca: string | null;
  /** What it shows where the server verifies clients, PEM; null: nothing. */
  readonly pair: { readonly cert: string; readonly key: string } | null;
  /** The name that the server's certificate must have; null: the host. */
  readonly serverName: string | null;
}

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** null: plain. */
  readonly tls: ClientTls | null;
}

/** What to connect with over TLS, as Node.js takes it. */
export function tlsOptions({ ca, pair, serverName }: ClientTls): tls.ConnectionOptions {
  return {
    ...(ca !== null && { ca }),
    ...pair,
    ...(serverName !== null && { servername: serverName }),
  };
}

/** A socket to a server, once it is there; over TLS after the handshake. @throws Error of the system. */
export async function connect(endpoint: Endpoint, alpn: string): Promise<net.Socket> {
  const { host, port } = endpoint;
  if (endpoint.tls === null) {
    const socket = net.connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return socket;
  }
  const socket = tls.connect({ host, port, ALPNProtocols: [alpn], ...tlsOptions(endpoint.tls) });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

/** An address for a URL or a Host field: IPv6 in brackets. */
export function authority({ host, port }: Pick<Endpoint, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
