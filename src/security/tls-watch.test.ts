import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { Code } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { Authority, sslConfigText } from './testing/certificates.ts';
import type { TlsMaterials } from './tls-material.ts';
import { TlsWatch } from './tls-watch.ts';

const authority = new Authority();
after(() => authority[Symbol.dispose]());
const first = authority.issue('first');
const second = authority.issue('second');

/** A watch of one file each second, and what it has told. */
function setUp(name: string, text: string) {
  const clock = new FakeClock();
  const logger = new MemoryLogger();
  const stop = new AbortController();
  const grpc = authority.write(name, text);
  const files = { grpc, rest: '' };
  const told: TlsMaterials[] = [];
  const watch = new TlsWatch({ files, pauseMs: 1000, clock, logger, signal: stop.signal });
  /** Lets the watch look once: files are read on other threads. */
  const look = async () => {
    while (clock.sleeping === 0) await new Promise(setImmediate);
    await clock.advance(1000);
    while (clock.sleeping === 0) await new Promise(setImmediate);
  };
  return {
    clock,
    logger,
    stop,
    grpc,
    told,
    watch,
    look,
    write: (t: string) => authority.write(name, t),
  };
}

describe('TlsWatch', () => {
  it('tells of a file that has changed, once', async () => {
    const { watch, told, look, write, stop, logger } = setUp('good.config', sslConfigText(first));
    await watch.read();
    assert.equal(watch.materials.grpc?.key, first.key);
    assert.equal(watch.materials.rest, null);
    watch.start((materials) => told.push(materials));
    await look();
    assert.equal(told.length, 0);
    write(sslConfigText(second));
    await look();
    await look();
    assert.deepEqual(
      told.map(({ grpc }) => grpc?.key),
      [second.key],
    );
    assert.equal(logger.messages('info').length, 1);
    stop.abort();
    await watch.ended;
  });

  it('keeps what was good while the file is wrong or away, and says so once for each', async () => {
    const { watch, told, look, write, stop, logger, grpc } = setUp(
      'bad.config',
      sslConfigText(first),
    );
    await watch.read();
    watch.start((materials) => told.push(materials));
    const errors = () => logger.messages('error').length;
    write('server_key: "none"');
    await look();
    await look();
    assert.equal(errors(), 1);
    rmSync(grpc);
    await look();
    await look();
    assert.equal(errors(), 2);
    assert.equal(watch.materials.grpc?.key, first.key);
    assert.equal(told.length, 0);
    write(sslConfigText(first));
    await look();
    assert.equal(told.length, 1);
    stop.abort();
    await watch.ended;
  });

  it('fails where the first reading does', async () => {
    const { watch, grpc } = setUp('gone.config', '');
    await assert.rejects(watch.read(), { code: Code.INVALID_ARGUMENT });
    rmSync(grpc);
    const message = `${grpc}; No such file or directory`;
    await assert.rejects(watch.read(), { code: Code.NOT_FOUND, message });
  });
});
