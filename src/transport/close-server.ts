import { Server } from 'node:net';

/**
 * Stops listening and resolves when no connection is left. Unlike the `close` of HTTP servers it
 * closes no connection itself. Waits two turns of the event loop first, so that connections already
 * waiting in the system's queue are accepted instead of reset.
 */
export async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    Server.prototype.close.call(server, () => resolve());
  });
}
