import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { DirectSocket } from '../util/index.ts';
import { socketOf, takeDescriptor } from './descriptors.ts';

/** A client, and its connection as another thread would have it. */
async function connected(): Promise<{ client: Socket; served: DirectSocket }> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const served = socketOf(takeDescriptor(accepted), 'rest');
  server.close();
  assert.ok(served instanceof DirectSocket);
  return { client, served };
}

test('a connection is read to where its reader says', async () => {
  const { client, served } = await connected();
  const own = Buffer.alloc(10);
  let length = 0;
  const chunks: string[] = [];
  const whole = Promise.withResolvers<void>();
  served.reader = {
    nextBuffer: () => (chunks.length > 0 && length < own.length ? own.subarray(length) : null),
    received: (bytes, isOwn) => {
      if (isOwn) length += bytes.length;
      else chunks.push(Buffer.from(bytes).toString());
      if (length === own.length && chunks.length === 2) whole.resolve();
    },
  };
  client.write('first');
  while (chunks.length < 1) await new Promise(setImmediate);
  client.write('0123456789last');
  await whole.promise;
  assert.equal(own.toString(), '0123456789');
  assert.deepEqual(chunks, ['first', 'last']);
  served.destroy();
  await once(client, 'close');
});

test('without a reader it is a socket that flows, and its data are the listener’s own', async () => {
  const { client, served } = await connected();
  const chunks: Buffer[] = [];
  served.on('data', (chunk: Buffer) => chunks.push(chunk));
  client.write('one');
  while (chunks.length < 1) await new Promise(setImmediate);
  served.pause();
  client.end('two');
  for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
  assert.equal(Buffer.concat(chunks).toString(), 'one');
  const ended = once(served, 'end');
  served.resume();
  await ended;
  assert.equal(Buffer.concat(chunks).toString(), 'onetwo');
  const answer = once(client, 'data');
  served.end('half-open');
  assert.equal(String((await answer)[0]), 'half-open');
  await once(client, 'close');
});
