import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import type { ClientPlan } from './plan.ts';

export type Server = Pick<ClientPlan, 'host' | 'port' | 'tlsRoot'>;

/** A socket to a server, once it is there; over TLS after the handshake. */
export async function connect({ host, port, tlsRoot }: Server, alpn: string): Promise<net.Socket> {
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
