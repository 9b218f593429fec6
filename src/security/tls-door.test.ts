import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, describe, it } from 'node:test';
import tls from 'node:tls';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { Authority, type KeyPair } from './testing/certificates.ts';
import { TlsDoor } from './tls-door.ts';
import type { TlsMaterial } from './tls-material.ts';
import type { Protocol } from './tls-protocols.ts';

const authority = new Authority();
const stranger = new Authority('stranger');
after(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});
const server = authority.issue('first');
const material = ({ key, cert }: KeyPair, clientRoots: string | null = null): TlsMaterial => ({
  ...{ key, cert, clientRoots },
  ticketKeys: new Uint8Array(48),
});

/** A door on a port of this machine; what is let in echoes. */
class Doorway implements AsyncDisposable {
  readonly door: TlsDoor;
  readonly logger = new MemoryLogger();
  readonly served: tls.TLSSocket[] = [];
  readonly #listener: net.Server;
  readonly #refused: (() => void)[] = [];
  refusals = 0;

  private constructor(protocol: Protocol, given: TlsMaterial, handshakeMs: number) {
    this.door = new TlsDoor({
      ...{ protocol, material: given, handshakeMs, logger: this.logger },
      serve: (socket) => {
        this.served.push(socket);
        socket.on('error', () => {});
        socket.pipe(socket);
      },
      onRefused: () => {
        this.refusals++;
        for (const wake of this.#refused.splice(0)) wake();
      },
    });
    this.#listener = net.createServer((socket) => this.door.take(socket));
  }

  static async open(
    options: { protocol?: Protocol; material?: TlsMaterial; handshakeMs?: number } = {},
  ): Promise<Doorway> {
    const { protocol = 'rest', handshakeMs = 10_000 } = options;
    const doorway = new Doorway(protocol, options.material ?? material(server), handshakeMs);
    doorway.#listener.listen(0, '127.0.0.1');
    await once(doorway.#listener, 'listening');
    return doorway;
  }

  get port(): number {
    return (this.#listener.address() as net.AddressInfo).port;
  }

  async untilRefused(count: number): Promise<void> {
    while (this.refusals < count) await new Promise<void>((wake) => this.#refused.push(wake));
  }

  /** Says a word and waits for its echo. @throws Error why the connection was not served. */
  async echo(options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
    const given = { ca: authority.root, ALPNProtocols: ['http/1.1'], ...options };
    const socket = tls.connect({ port: this.port, host: '127.0.0.1', ...given });
    // With TLS 1.3 a client knows of a refusal only when it reads.
    socket.write('word');
    const ended = once(socket, 'close').then(() => {
      throw new Error('closed');
    });
    ended.catch(() => {});
    const [echo] = await Promise.race([once(socket, 'data'), ended]);
    assert.equal(String(echo), 'word');
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.door.stop(0);
    for (const socket of this.served) socket.destroy();
    this.#listener.close();
    await once(this.#listener, 'close');
  }
}

describe('TlsDoor', () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`serves ${version}`, async () => {
      await using doorway = await Doorway.open();
      const socket = await doorway.echo({ minVersion: version, maxVersion: version });
      assert.equal(socket.getProtocol(), version);
      assert.equal(doorway.door.handshakes, 0);
      assert.equal(doorway.refusals, 0);
      socket.destroy();
    });
  }

  it('lets a REST client leave ALPN out, and no gRPC client', async () => {
    await using rest = await Doorway.open();
    (await rest.echo({ ALPNProtocols: [] })).destroy();
    await using grpc = await Doorway.open({ protocol: 'grpc' });
    const socket = await grpc.echo({ ALPNProtocols: ['h2'] });
    assert.equal(socket.alpnProtocol, 'h2');
    socket.destroy();
    await assert.rejects(grpc.echo({ ALPNProtocols: [] }));
    await assert.rejects(grpc.echo({ ALPNProtocols: ['http/1.1'] }));
    await grpc.untilRefused(2);
    assert.equal(grpc.served.length, 1);
  });

  it('refuses TLS 1.1', async () => {
    await using doorway = await Doorway.open();
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await assert.rejects(doorway.echo(old as tls.ConnectionOptions), /protocol version/);
    await doorway.untilRefused(1);
  });

  it('answers plain text with an alert at most', async () => {
    await using doorway = await Doorway.open();
    const socket = net.connect(doorway.port, '127.0.0.1');
    socket.on('error', () => {});
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write('GET /v1/models/m HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    const bytes = Buffer.concat(received);
    assert.ok(bytes.length === 0 || bytes[0] === 21, bytes.toString('latin1'));
    await doorway.untilRefused(1);
    assert.equal(doorway.door.handshakes, 0);
    assert.ok(doorway.logger.entries.every(({ level }) => level === 'debug'));
  });

  it('closes a connection whose handshake takes too long', async () => {
    await using doorway = await Doorway.open({ handshakeMs: 20 });
    const socket = net.connect(doorway.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
    await doorway.untilRefused(1);
    assert.equal(doorway.door.handshakes, 0);
  });

  it('forgets a client that leaves in its handshake', async () => {
    await using doorway = await Doorway.open();
    const socket = net.connect(doorway.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await doorway.untilRefused(1);
    assert.equal(doorway.door.handshakes, 0);
  });

  it('verifies clients where it has roots for them', async () => {
    await using doorway = await Doorway.open({ material: material(server, authority.root) });
    const client = authority.issue('client');
    (await doorway.echo(client)).destroy();
    await assert.rejects(doorway.echo(), 'no certificate');
    await assert.rejects(doorway.echo(stranger.issue('client')), "a stranger's");
    await assert.rejects(doorway.echo(authority.issue('client', -1)), 'expired');
    await doorway.untilRefused(3);
    assert.equal(doorway.served.length, 1);
  });

  it('uses new material for new connections', async () => {
    await using doorway = await Doorway.open();
    const before = await doorway.echo();
    doorway.door.use(material(authority.issue('second'), authority.root));
    await assert.rejects(doorway.echo(), 'clients are verified now');
    const next = await doorway.echo(authority.issue('client'));
    assert.equal(next.getPeerCertificate().subject.CN, 'second');
    assert.equal(before.getPeerCertificate().subject.CN, 'first');
    before.write('still');
    assert.equal(String((await once(before, 'data'))[0]), 'still');
    before.destroy();
    next.destroy();
  });

  it('resumes sessions of any door with the same material', async () => {
    await using first = await Doorway.open();
    await using second = await Doorway.open();
    const socket = await first.echo({ maxVersion: 'TLSv1.2' });
    const session = socket.getSession()!;
    socket.destroy();
    const resumed = await second.echo({ maxVersion: 'TLSv1.2', session });
    assert.equal(resumed.isSessionReused(), true);
    resumed.destroy();
  });

  it('closes handshakes that take too long when it stops, and takes none afterwards', async () => {
    await using doorway = await Doorway.open();
    const socket = net.connect(doorway.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    const closed = once(socket, 'close');
    while (doorway.door.handshakes === 0) await new Promise(setImmediate);
    await doorway.door.stop(10);
    await closed;
    await assert.rejects(doorway.echo());
    assert.equal(doorway.served.length, 0);
  });

  it('lets handshakes finish when it stops, and serves what they lead to', async () => {
    await using doorway = await Doorway.open();
    const below = net.connect(doorway.port, '127.0.0.1');
    while (doorway.door.handshakes === 0) await new Promise(setImmediate);
    let isStopped = false;
    const stopped = doorway.door.stop(60_000).then(() => {
      isStopped = true;
    });
    const socket = tls.connect({ socket: below, ca: authority.root, servername: 'localhost' });
    socket.write('word');
    assert.equal(isStopped, false);
    const [echo] = await once(socket, 'data');
    assert.equal(String(echo), 'word');
    await stopped;
    await assert.rejects(doorway.echo(), 'a new connection');
    socket.destroy();
  });
});
