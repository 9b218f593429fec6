/**
 * How connections may reach several threads, measured side by side with bare HTTP servers:
 *
 *     node bench/load/connections.ts
 *
 * `own`: each thread listens itself (SO_REUSEPORT). `handed`: the main thread accepts, duplicates the
 * descriptor and sends its number to the thread with the fewest connections. `shared`: one listening
 * descriptor, on which every thread accepts. `single`: one thread, as the control.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import koffi from 'koffi';

const self = fileURLToPath(import.meta.url);
const ways = ['single', 'own', 'handed', 'shared'] as const;
type Way = (typeof ways)[number];
type ToThread = { kind: 'take'; fd: number } | { kind: 'end'; hard: boolean };
type Descriptor = { readonly _handle: { readonly fd: number } };

const fcntl = koffi.load('libc.so.6').func('int fcntl(int fd, int command, ...)');
const duplicate = (fd: number): number => fcntl(fd, 1030, 'int', 0) as number;

function runThread(index: number, way: Way, source: { port: number; fd: number }): void {
  const server = http.createServer((_, response) => {
    response.setHeader('x-thread', String(index));
    response.end('ok');
  });
  if (way === 'own') server.listen({ host: '::', port: source.port, reusePort: true });
  if (way === 'shared') server.listen({ fd: source.fd });
  parentPort!.on('message', (message: ToThread) => {
    if (message.kind === 'end') {
      if (message.hard) process.exit(0);
      server.close();
      parentPort!.close();
      return;
    }
    const socket = new net.Socket({ fd: message.fd, readable: true, writable: true });
    socket.once('close', () => parentPort!.postMessage('closed'));
    server.emit('connection', socket);
  });
  setTimeout(() => parentPort!.postMessage('ready'), 100);
}

async function runServer(way: Way): Promise<void> {
  const open = [0, 0];
  const threads: Worker[] = [];
  const alive = [true, true];
  let next = 0;
  const acceptor = net.createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    next = 1 - next;
    const other = 1 - next;
    const chosen = !alive[next] || (alive[other] && open[other]! < open[next]!) ? other : next;
    open[chosen]! += 1;
    threads[chosen]!.postMessage({
      kind: 'take',
      fd: duplicate((socket as unknown as Descriptor)._handle.fd),
    });
    socket.destroy();
  });
  let port = 0;
  if (way === 'single') {
    const server = http.createServer((_, response) => {
      response.setHeader('x-thread', '0');
      response.end('ok');
    });
    server.listen(0, '::');
    await once(server, 'listening');
    port = (server.address() as net.AddressInfo).port;
  } else {
    acceptor.listen({ host: '::', port: 0, reusePort: way === 'own' });
    await once(acceptor, 'listening');
    port = (acceptor.address() as net.AddressInfo).port;
    const { fd } = (acceptor as unknown as Descriptor)._handle;
    // What accepts elsewhere must not accept here too.
    const listening = way === 'shared' ? [duplicate(fd), duplicate(fd)] : [0, 0];
    for (const index of [0, 1]) {
      const data = { index, way, port, fd: listening[index]! };
      const thread = new Worker(self, { workerData: data });
      threads.push(thread);
      await once(thread, 'message');
      thread.on('message', () => {
        open[index]! -= 1;
      });
    }
    if (way === 'own' || way === 'shared') acceptor.close();
  }
  process.on('message', (message: 'cpu' | 'end' | 'die') => {
    if (message === 'cpu') process.send!(process.cpuUsage());
    else {
      alive[1] = false;
      threads[1]?.postMessage({ kind: 'end', hard: message === 'die' });
    }
  });
  process.send!(port);
}

function get(port: number, agent: http.Agent | false): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(Number(response.headers['x-thread'])));
    });
    request.on('error', reject);
  });
}

async function ask(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage];
  return user + system;
}

/** The share of the thread with more of 64 connections. */
async function share(port: number, isBurst: boolean): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const counts = [0, 0];
  const count = (thread: number) => {
    counts[thread]! += 1;
  };
  if (isBurst) {
    for (const thread of await Promise.all(Array.from({ length: 64 }, () => get(port, agent)))) {
      count(thread);
    }
  } else {
    const agents = Array.from({ length: 64 }, () => new http.Agent({ keepAlive: true }));
    for (const one of agents) count(await get(port, one));
    for (const one of agents) one.destroy();
  }
  agent.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  return Math.max(...counts) / 64;
}

async function cpuOf(server: ChildProcess, count: number, one: () => Promise<unknown>) {
  const before = await ask(server);
  let left = count;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left-- > 0) await one();
    }),
  );
  return ((await ask(server)) - before) / count;
}

/** How many of the connections made around the end of a thread fail. */
async function failures(server: ChildProcess, port: number, how: 'end' | 'die'): Promise<string> {
  let failed = 0;
  for (let i = 0; i < 40; i++) {
    if (i === 10) server.send(how);
    const all = await Promise.allSettled(Array.from({ length: 32 }, () => get(port, false)));
    failed += all.filter(({ status }) => status === 'rejected').length;
  }
  return `${failed} of 1280`;
}

async function isSecondRefused(way: Way, port: number): Promise<boolean> {
  const second = net.createServer();
  second.listen({ host: '::', port, reusePort: way === 'own' });
  return await new Promise((resolve) => {
    second.once('error', () => resolve(true));
    second.once('listening', () => second.close(() => resolve(false)));
  });
}

async function start(way: Way): Promise<{ server: ChildProcess; port: number }> {
  const server = fork(self, [way]);
  const [port] = (await once(server, 'message')) as [number];
  return { server, port };
}

async function measure(way: Way): Promise<Record<string, unknown>> {
  const { server, port } = await start(way);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  await cpuOf(server, 3000, () => get(port, false));
  await cpuOf(server, 3000, () => get(port, agent));
  const connection: number[] = [];
  const request: number[] = [];
  for (let i = 0; i < 5; i++) {
    connection.push(await cpuOf(server, 2000, () => get(port, false)));
    request.push(await cpuOf(server, 4000, () => get(port, agent)));
  }
  agent.destroy();
  const shares: number[] = [];
  const slow: number[] = [];
  for (let i = 0; i < 10; i++) {
    shares.push(await share(port, true));
    slow.push(await share(port, false));
  }
  const refused = await isSecondRefused(way, port);
  const ended = way === 'single' ? '-' : await failures(server, port, 'end');
  server.kill();
  let died = '-';
  if (way !== 'single') {
    const other = await start(way);
    died = await failures(other.server, other.port, 'die');
    other.server.kill();
  }
  return {
    way,
    'µs a connection': Math.round(median(connection)),
    'µs a request': Math.round(median(request)),
    'larger share, burst': range(shares),
    'larger share, one by one': range(slow),
    'second server refused': refused,
    'failed: thread closes': ended,
    'failed: thread dies': died,
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;
const range = (values: readonly number[]) =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)})`;

if (!isMainThread) {
  const { index, way, port, fd } = workerData;
  runThread(index, way, { port, fd });
} else if (process.argv[2] !== undefined) {
  await runServer(process.argv[2] as Way);
} else {
  const rows = [];
  for (const way of ways) rows.push(await measure(way));
  console.table(rows);
}
