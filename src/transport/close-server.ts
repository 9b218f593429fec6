import { Server } from 'node:net';

/**
 * Two turns of the event loop, in which connections that already wait in the system's queue are
 * accepted: closing the listening socket would reset them.
 */
export async function acceptWaiting(): Promise<void> {
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/**
 * Stops listening at once, so that new connections are refused, and resolves when none is left.
 * Unlike the `close` of HTTP servers it closes no connection itself.
 */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    Server.prototype.close.call(server, () => resolve());
  });
}
