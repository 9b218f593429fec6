import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createGrpcHandler, HealthService, Refusals } from '../protocol/index.ts';
import { echoService } from '../protocol/testing/echo-service.ts';
import { StatusError } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { ByteBudget } from '../util/index.ts';
import { Acceptor, type ConnectionTaker, GrpcConnections } from './index.ts';
import { TestGrpcClient } from './testing/grpc-client.ts';

const never: ConnectionTaker = { take: () => assert.fail('no connection is made') };
const common = { allowHalfOpen: false, unread: false } as const;

test('listens on a Unix socket, in place of one that a dead process left', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serval-grpc-'));
  try {
    const socketPath = path.join(folder, 'grpc.sock');
    const logger = new MemoryLogger();
    const refusals = new Refusals();
    const handler = createGrpcHandler({
      services: [echoService()],
      health: new HealthService(),
      logger,
      budget: new ByteBudget(1e6),
      refusals,
    });
    const unix = { path: socketPath, flag: '--grpc_socket_path' };
    const taker = new GrpcConnections({ handler, logger, refusals });
    const acceptor = await Acceptor.start({ ...common, tcp: null, unix, taker });
    assert.equal(acceptor.port, null);
    using client = new TestGrpcClient(`unix:${socketPath}`);
    const message = Buffer.from('a message');
    const reply = await client.unary('/serval.testing.Echo/Echo', message);
    assert.ok(reply.equals(message));
    await assert.rejects(Acceptor.start({ ...common, tcp: null, unix, taker: never }), (error) => {
      assert.ok(error instanceof StatusError);
      assert.match(error.message, /grpc\.sock is already in use: stop .* --grpc_socket_path/);
      return true;
    });
    await acceptor.stop();
    await taker.stop(1000);
    const file = { path: path.join(folder, 'file'), flag: '--grpc_socket_path' };
    writeFileSync(file.path, 'not a socket');
    await assert.rejects(Acceptor.start({ ...common, tcp: null, unix: file, taker: never }), {
      message: `${file.path} exists and is not a socket: choose another path (--grpc_socket_path)`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const flag of ['--port', '--rest_api_port']) {
  test(`a port in use is one clear error that names ${flag}`, async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { port } = other.address() as { port: number };
      const tcp = { hosts: ['127.0.0.1'], port, flag };
      await assert.rejects(Acceptor.start({ ...common, tcp, unix: null, taker: never }), {
        name: 'StatusError',
        message: `Port ${port} on 127.0.0.1 is already in use: stop the process that listens there or choose another port with ${flag}`,
      });
    } finally {
      other.close();
    }
  });
}
