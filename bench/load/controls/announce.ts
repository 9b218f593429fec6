import type { AddressInfo, Server } from 'node:net';

/** Listens on a free port of the loopback address and prints `listening <port>`. */
export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    console.log(`listening ${(server.address() as AddressInfo).port}`);
  });
}
