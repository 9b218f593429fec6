import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { bindUnix } from './bind.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-bind-'));
after(() => rmSync(folder, { recursive: true }));
const flag = '--grpc_socket_path';

/** A thread that listens and never takes a connection. */
const idleListener = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  createServer().listen({ path: workerData, backlog: 1 }, () => {
    parentPort.postMessage('listening');
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;

/** Connects; false where the socket has no room for one more that waits. */
async function fitsInBacklog(socketPath: string, sockets: Socket[]): Promise<boolean> {
  const socket = connect(socketPath);
  sockets.push(socket);
  return await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
}

// Elsewhere a full backlog refuses, as a dead process does.
const linuxOnly = { skip: process.platform !== 'linux' };

test(
  'the socket of a live process whose connections all wait is not taken away',
  linuxOnly,
  async () => {
    const socketPath = path.join(folder, 'busy.sock');
    const owner = new Worker(idleListener, { eval: true, workerData: socketPath });
    const waiting: Socket[] = [];
    try {
      await once(owner, 'message');
      while (await fitsInBacklog(socketPath, waiting));
      await assert.rejects(bindUnix(createServer(), { path: socketPath, flag }), {
        message: `Socket ${socketPath} is already in use: stop the process that listens there or choose another path with ${flag}`,
      });
      assert.ok(lstatSync(socketPath).isSocket());
    } finally {
      for (const socket of waiting) socket.destroy();
      await owner.terminate();
    }
  },
);

test('what is wrong with the path of a socket is said', async () => {
  const missing = path.join(folder, 'none', 'x.sock');
  await assert.rejects(bindUnix(createServer(), { path: missing, flag }), {
    message: `Can't listen on socket ${missing} (${flag}): there is no folder ${path.dirname(missing)}`,
  });
  const long = path.join(folder, 'x'.repeat(200));
  await assert.rejects(bindUnix(createServer(), { path: long, flag }), (error: Error) => {
    assert.match(error.message, /the path of a socket may have 10[37] bytes, this one has \d{3}$/);
    return true;
  });
});
