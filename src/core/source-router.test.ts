import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { DynamicSourceRouter } from './dynamic-source-router.ts';
import type { ServableData } from './servable-data.ts';
import { servableData } from './servable-data.ts';
import { SourcePort } from './source-port.ts';
import { SourceRouter } from './source-router.ts';
import { StaticSourceRouter } from './static-source-router.ts';
import { connectSource } from './target.ts';
import { ListRecorder } from './testing/list-recorder.ts';

const list = (name: string, ...versions: bigint[]) =>
  versions.map((version) => servableData({ name, version }, 'x', `r${version}`));

const isInvalid = (message: string) => (error: unknown) =>
  error instanceof StatusError && error.code === Code.INVALID_ARGUMENT && error.message === message;

/** A source before a router, and what each of its ports was told, in one list. */
function connected(router: SourceRouter<string>) {
  const source = new SourcePort<string>();
  connectSource(source, router);
  const heard: string[] = [];
  const say = (name: string, ...versions: bigint[]) => {
    source.emit(name, list(name, ...versions));
    return heard.splice(0);
  };
  for (const [port, output] of router.ports.entries()) {
    output.setAspiredVersionsCallback((name, versions) => {
      const texts = versions.map(({ id, error }) => `${id.version}${error?.message ?? ''}`);
      heard.push(`${port} ${name}: ${texts.join(', ')}`);
    });
  }
  return { say, take: () => heard.splice(0) };
}

describe('StaticSourceRouter', () => {
  test('the first substring of the name that matches counts, the last port takes the rest', () => {
    const { say } = connected(new StaticSourceRouter(['text', 'image']));
    assert.deepEqual(say('my_text', 1n), ['0 my_text: 1']);
    assert.deepEqual(say('image_of_text', 1n), ['0 image_of_text: 1']);
    assert.deepEqual(say('image', 1n, 2n), ['1 image: 1, 2']);
    assert.deepEqual(say('Image', 1n), ['2 Image: 1']);
    assert.deepEqual(say('image'), ['1 image: ']);
  });

  test('without substrings it has one port for all', () => {
    const router = new StaticSourceRouter<string>([]);
    assert.equal(router.ports.length, 1);
    assert.deepEqual(connected(router).say('m', 1n), ['0 m: 1']);
  });
});

describe('DynamicSourceRouter', () => {
  test('routes whole names, others to the last port', () => {
    const { say } = connected(
      new DynamicSourceRouter(
        3,
        new Map([
          ['a', 0],
          ['b', 1],
        ]),
      ),
    );
    assert.deepEqual(say('a', 1n), ['0 a: 1']);
    assert.deepEqual(say('b', 1n), ['1 b: 1']);
    assert.deepEqual(say('ab', 1n), ['2 ab: 1']);
  });

  test('refuses numbers that are no port and the last one, at first and later', () => {
    const last = "Last port cannot be used in route map, since it's reserved for the default route";
    const cases: readonly (readonly [number, string])[] = [
      [2, last],
      [3, 'Port number out of range: 3'],
      [-1, 'Port number out of range: -1'],
      [0.5, 'Port number out of range: 0.5'],
      [Number.NaN, 'Port number out of range: NaN'],
    ];
    const router = new DynamicSourceRouter<string>(3, new Map([['a', 0]]));
    for (const [port, message] of cases) {
      const routes = new Map([
        ['a', 1],
        ['b', port],
      ]);
      assert.throws(() => new DynamicSourceRouter(3, routes), isInvalid(message));
      assert.throws(() => router.updateRoutes(routes), isInvalid(message));
    }
    assert.deepEqual(connected(router).say('a', 1n), ['0 a: 1']);
  });

  test('needs a port', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) {
      assert.throws(
        () => new DynamicSourceRouter(count, new Map()),
        isInvalid(`A router needs at least one port, not ${count}`),
      );
    }
  });

  test('a changed route empties the old port first, then gives the last list to the new one', () => {
    const router = new DynamicSourceRouter<string>(
      3,
      new Map([
        ['a', 0],
        ['b', 0],
      ]),
    );
    const { say, take } = connected(router);
    say('a', 1n);
    say('a', 1n, 2n);
    say('b', 1n);
    say('c', 1n);
    router.updateRoutes(
      new Map([
        ['b', 0],
        ['a', 1],
        ['c', 1],
      ]),
    );
    assert.deepEqual(take(), ['0 a: ', '1 a: 1, 2', '2 c: ', '1 c: 1']);
    router.updateRoutes(new Map());
    assert.deepEqual(take(), ['1 a: ', '2 a: 1, 2', '0 b: ', '2 b: 1', '1 c: ', '2 c: 1']);
    assert.deepEqual(say('a', 3n), ['2 a: 3']);
  });

  test('the map given is copied, and can be asked for', () => {
    const routes = new Map([['a', 0]]);
    const router = new DynamicSourceRouter<string>(2, routes);
    routes.set('a', 7);
    assert.deepEqual([...router.routes], [['a', 0]]);
    assert.deepEqual(connected(router).say('a', 1n), ['0 a: 1']);
  });

  test('a servable without versions is not moved', () => {
    const router = new DynamicSourceRouter<string>(2, new Map([['a', 0]]));
    const { say, take } = connected(router);
    say('a', 1n);
    say('a');
    router.updateRoutes(new Map());
    assert.deepEqual(take(), []);
  });

  test('a port that is not connected yet hears only of what is still routed to it', () => {
    const router = new DynamicSourceRouter<string>(2, new Map([['a', 0]]));
    const source = new SourcePort<string>();
    connectSource(source, router);
    source.emit('a', list('a', 1n));
    source.emit('b', list('b', 1n));
    router.updateRoutes(new Map([['b', 0]]));
    const targets = router.ports.map((port) => {
      const target = new ListRecorder<string>();
      connectSource(port, target);
      return target.heard;
    });
    assert.deepEqual(targets, [['b: 1=x'], ['a: 1=x']]);
  });

  test('once detached it passes and moves nothing', () => {
    const router = new DynamicSourceRouter<string>(2, new Map([['a', 0]]));
    const { say, take } = connected(router);
    say('a', 1n);
    router.detach();
    router.updateRoutes(new Map());
    assert.deepEqual(take(), []);
    assert.deepEqual(say('a', 2n), []);
  });
});

describe('SourceRouter', () => {
  /** Routes by the number of versions. */
  class ByCount extends SourceRouter<string> {
    down = false;

    protected override route(_name: string, versions: readonly ServableData<string>[]): number {
      if (this.down) throw unavailable('down');
      return versions.length - 1;
    }

    again(): void {
      this.reroute();
    }
  }

  test('a route that depends on the list leaves nothing behind at the old port', () => {
    const { say } = connected(new ByCount(3));
    assert.deepEqual(say('a', 1n), ['0 a: 1']);
    assert.deepEqual(say('a', 1n, 2n), ['0 a: ', '1 a: 1, 2']);
  });

  test('versions without a port end at the last one, as errors with their revision', () => {
    const router = new ByCount(2);
    const { say } = connected(router);
    const text = 'Port number out of range: 2';
    assert.deepEqual(say('a', 1n, 2n, 3n), [`1 a: 1${text}, 2${text}, 3${text}`]);
    assert.deepEqual(say('a', 1n), ['1 a: ', '0 a: 1']);
    assert.deepEqual(say('a'), ['0 a: ', '1 a: ']);
  });

  test('versions whose routing failed are sent whole once it works', () => {
    const router = new ByCount(2);
    const { say, take } = connected(router);
    router.down = true;
    assert.deepEqual(say('a', 1n), ['1 a: 1down']);
    router.down = false;
    router.again();
    assert.deepEqual(take(), ['1 a: ', '0 a: 1']);
  });
});
