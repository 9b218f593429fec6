import { once } from 'node:events';
import net from 'node:net';

/** Below what Linux and macOS give out by themselves, to clients and to servers that ask for any port. */
const [lowest, highest] = [10_000, 32_000];
/** Claims hold for as long as this process lives. */
const claims: net.Server[] = [];

async function listens(server: net.Server, options: net.ListenOptions): Promise<boolean> {
  try {
    await once(server.listen(options), 'listening');
    return true;
  } catch {
    return false;
  }
}

/** Whether no other process of the tests has it. Only Linux has sockets that have a name and no file. */
async function claim(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const server = net.createServer().unref();
  claims.push(server);
  return await listens(server, { path: `\0serval-test-port-${port}` });
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  const isListening = await listens(server, { port, host: '::' });
  if (isListening) await once(server.close(), 'close');
  return isListening;
}

/**
 * Ports for servers that this process starts: nobody listens on them, and neither another process
 * that claims ports nor the system takes one in the time that a server needs to come to its own.
 */
export async function claimPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if ((await claim(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}
