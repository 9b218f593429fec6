import { Server } from 'node:net';

/** More turns than any queue of waiting connections is long; a flood doesn't keep us for ever. */
const mostTurns = 2000;

/**
 * Accepts the connections that already wait in the system's queue, which closing the listening
 * socket would reset: the event loop takes one a turn, so this goes on until turns bring none.
 */
export async function acceptWaiting(servers: readonly Server[]): Promise<void> {
  let accepted = 0;
  const count = (): void => {
    accepted += 1;
  };
  for (const server of servers) server.on('connection', count);
  for (let turns = 0, quietTurns = 0; quietTurns < 2 && turns < mostTurns; turns += 1) {
    const before = accepted;
    await new Promise((resolve) => setImmediate(resolve));
    quietTurns = accepted === before ? quietTurns + 1 : 0;
  }
  for (const server of servers) server.off('connection', count);
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
