import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { modelFlags, type ServerProcess, startServer, zoo } from '../support/server.ts';

const base = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const check = '/grpc.health.v1.Health/Check';

/** Stands between a client and the server, and sees what the server says. */
class Wire implements AsyncDisposable {
  /** Connections that came, and those that have ended. */
  connections = 0;
  closed = 0;
  /** Bytes of the client go no further. */
  isCut = false;
  /** All that the server said. */
  said = '';
  readonly #waiting = new Set<() => void>();
  readonly #server: net.Server;

  private constructor(address: string) {
    const [host, port] = address.split(':');
    this.#server = net.createServer((client) => {
      const server = net.connect(Number(port), host);
      this.connections += 1;
      client.on('data', (bytes) => {
        if (!this.isCut) server.write(bytes);
      });
      server.on('data', (bytes) => {
        this.said += bytes.toString('latin1');
        client.write(bytes);
        this.#look();
      });
      for (const socket of [client, server]) socket.on('error', () => {});
      client.on('close', () => server.destroy());
      server.on('close', () => {
        client.destroy();
        this.closed += 1;
        this.#look();
      });
      this.#look();
    });
  }

  static async to(server: ServerProcess): Promise<Wire> {
    const wire = new Wire(server.grpc);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  client(options: grpc.ClientOptions = {}): grpc.Client {
    const { port } = this.#server.address() as net.AddressInfo;
    return new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const same = (bytes: Buffer) => bytes;
const empty = Buffer.alloc(0);

function isServing(client: grpc.Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(check, same, same, empty, (error, reply) => {
      if (error !== null) reject(error);
      else if (reply![1] !== 1) reject(new Error('not serving'));
      else resolve();
    });
  });
}

/** Begins a call that the server does not end. @returns what it ended with. */
async function watch(client: grpc.Client): Promise<grpc.status> {
  const call = client.makeServerStreamRequest('/grpc.health.v1.Health/Watch', same, same, empty);
  call.resume();
  const [error] = (await once(call, 'error')) as [grpc.ServiceError];
  return error.code;
}

for (const threads of [1, 2]) {
  const start = (channelArguments: string) =>
    startServer({
      flags: [
        ...modelFlags('m', base),
        `--data_threads=${threads}`,
        `--grpc_channel_arguments=${channelArguments}`,
      ],
    });

  describe(`connections of gRPC with ${threads} data threads`, () => {
    it('loses no call when connections end of their age', async () => {
      await using server = await start('grpc.max_connection_age_ms=150');
      await using wire = await Wire.to(server);
      const client = wire.client();
      let calls = 0;
      const callers = Array.from({ length: 8 }, async () => {
        for (; wire.connections < 4; calls += 1) await isServing(client);
      });
      await Promise.all(callers);
      assert.ok(calls >= 8);
      client.close();
    });

    it('cuts calls off after the grace of their connection', async () => {
      await using server = await start(
        'grpc.max_connection_age_ms=100,grpc.max_connection_age_grace_ms=100',
      );
      await using wire = await Wire.to(server);
      const client = wire.client();
      assert.equal(await watch(client), grpc.status.UNAVAILABLE);
      client.close();
    });

    it('ends connections without calls, and serves the next call on another', async () => {
      await using server = await start('grpc.max_connection_idle_ms=100');
      await using wire = await Wire.to(server);
      const client = wire.client();
      for (let ends = 0; ends < 3; ends = wire.closed) {
        await isServing(client);
        await wire.until(() => wire.closed > ends);
      }
      client.close();
    });

    it('keeps a client that answers pings, and closes the connection of one that does not', async () => {
      await using server = await start('grpc.keepalive_time_ms=50,grpc.keepalive_timeout_ms=500');
      await using wire = await Wire.to(server);
      const client = wire.client();
      const ended = watch(client);
      await wire.until(() => wire.said.split('serval?').length > 5);
      assert.equal(wire.closed, 0);
      wire.isCut = true;
      await wire.until(() => wire.closed > 0);
      assert.equal(await ended, grpc.status.UNAVAILABLE);
      client.close();
    });

    it('tells a client that pings too often', async () => {
      await using server = await start('');
      await using wire = await Wire.to(server);
      const options = { 'grpc.keepalive_time_ms': 20, 'grpc.keepalive_permit_without_calls': 1 };
      const client = wire.client(options);
      await isServing(client);
      await wire.until(() => wire.said.includes('too_many_pings'));
      client.close();
    });
  });
}
