import type { AddressInfo, Server } from 'node:net';

/**
 * Listens on a free port of the loopback address and prints `listening <port>`.
 *
 * @param onPort other threads may listen on the same port from then on
 */
export function announce(server: Server, onPort: (port: number) => void = () => {}): void {
  server.listen({ port: 0, host: '127.0.0.1', reusePort: true }, () => {
    const { port } = server.address() as AddressInfo;
    onPort(port);
    console.log(`listening ${port}`);
  });
}
