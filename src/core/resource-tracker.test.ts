import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { randomFrom } from '../util/testing/random.ts';
import { ResourceTracker } from './resource-tracker.ts';
import { mainMemory, type Resource, type ResourceAllocation } from './resources.ts';

const hasCode = (code: Code) => (error: unknown) =>
  error instanceof StatusError && error.code === code;

/** `gpu0:ram=5`, `gpu*:ram=5` where no instance is chosen. */
function allocation(...entries: readonly string[]): ResourceAllocation {
  return entries.map((entry) => {
    const [, device, instance, kind, quantity] = /^([a-z]+)(\d|\*):([a-z]+)=(.+)$/.exec(entry)!;
    const resource = {
      device: device!,
      instance: instance === '*' ? null : +instance!,
      kind: kind!,
    };
    return { resource, quantity: Number(quantity) };
  });
}

const resource = (text: string) => allocation(`${text}=0`)[0]!.resource;

describe('ResourceTracker admits what fits', () => {
  const cases: readonly {
    readonly name: string;
    readonly total: readonly string[];
    readonly used?: readonly string[];
    readonly asked: readonly string[];
    readonly fits: boolean;
  }[] = [
    { name: 'all there is', total: ['cpu0:ram=9'], asked: ['cpu0:ram=9'], fits: true },
    { name: 'one too many', total: ['cpu0:ram=9'], asked: ['cpu0:ram=10'], fits: false },
    {
      name: 'what others left',
      total: ['cpu0:ram=9'],
      used: ['cpu0:ram=5'],
      asked: ['cpu0:ram=4'],
      fits: true,
    },
    {
      name: 'more than others left',
      total: ['cpu0:ram=9'],
      used: ['cpu0:ram=5'],
      asked: ['cpu0:ram=5'],
      fits: false,
    },
    { name: 'nothing, of no total', total: [], asked: [], fits: true },
    { name: 'none of an unlisted resource', total: [], asked: ['cpu0:ram=0'], fits: true },
    { name: 'none of an unlisted device', total: [], asked: ['gpu*:ram=0'], fits: true },
    { name: 'an unlisted device', total: ['cpu0:ram=9'], asked: ['gpu0:ram=1'], fits: false },
    { name: 'an unlisted kind', total: ['cpu0:ram=9'], asked: ['cpu0:threads=1'], fits: false },
    { name: 'an unlisted instance', total: ['gpu0:ram=9'], asked: ['gpu1:ram=1'], fits: false },
    { name: 'any unlisted device', total: ['cpu0:ram=9'], asked: ['gpu*:ram=1'], fits: false },
    {
      name: 'one of several resources too much',
      total: ['cpu0:ram=9', 'gpu0:ram=9'],
      asked: ['cpu0:ram=1', 'gpu0:ram=10'],
      fits: false,
    },
    {
      name: 'entries of one resource added up: all there is',
      total: ['cpu0:ram=4', 'cpu0:ram=5'],
      asked: ['cpu0:ram=4', 'cpu0:ram=5'],
      fits: true,
    },
    {
      name: 'entries of one resource added up: too much',
      total: ['cpu0:ram=9'],
      asked: ['cpu0:ram=5', 'cpu0:ram=5'],
      fits: false,
    },
    {
      name: 'any instance, where every one has room',
      total: ['gpu0:ram=9', 'gpu1:ram=9'],
      used: ['gpu0:ram=4'],
      asked: ['gpu*:ram=5'],
      fits: true,
    },
    {
      name: 'any instance, where one has none',
      total: ['gpu0:ram=9', 'gpu1:ram=9'],
      used: ['gpu0:ram=5'],
      asked: ['gpu*:ram=5'],
      fits: false,
    },
    {
      name: 'any instance of a device of which one lacks the kind',
      total: ['gpu0:ram=9', 'gpu1:threads=9'],
      asked: ['gpu*:ram=1'],
      fits: false,
    },
    {
      name: 'an instance, beside what may come to lie on it',
      total: ['gpu0:ram=9', 'gpu1:ram=9'],
      used: ['gpu*:ram=5'],
      asked: ['gpu1:ram=5'],
      fits: false,
    },
    {
      name: 'any instance, beside what may come to lie on it',
      total: ['gpu0:ram=9', 'gpu1:ram=9'],
      used: ['gpu*:ram=5'],
      asked: ['gpu*:ram=5'],
      fits: false,
    },
    {
      name: 'an instance and any, asked for together: all there is',
      total: ['gpu0:ram=9', 'gpu1:ram=9'],
      asked: ['gpu0:ram=4', 'gpu*:ram=5'],
      fits: true,
    },
    {
      name: 'an instance and any, asked for together: too much',
      total: ['gpu0:ram=9', 'gpu1:ram=9'],
      asked: ['gpu0:ram=5', 'gpu*:ram=5'],
      fits: false,
    },
    {
      name: 'another device than the one that may be full',
      total: ['gpu0:ram=9', 'cpu0:ram=9'],
      used: ['gpu*:ram=9'],
      asked: ['cpu0:ram=9'],
      fits: true,
    },
  ];
  for (const { name, total, used = [], asked, fits } of cases) {
    test(`${name}: ${fits ? 'yes' : 'no'}`, () => {
      const tracker = new ResourceTracker(allocation(...total));
      assert.ok(tracker.reserve('used', allocation(...used)));
      assert.equal(tracker.reserve('asked', allocation(...asked)), fits);
    });
  }
});

describe('ResourceTracker', () => {
  test('what does not fit changes nothing, and may be asked for again', () => {
    const tracker = new ResourceTracker(allocation('cpu0:ram=9', 'gpu0:ram=9'));
    const [first, second] = [{}, {}];
    assert.ok(tracker.reserve(first, allocation('cpu0:ram=5')));
    assert.ok(!tracker.reserve(second, allocation('gpu0:ram=1', 'cpu0:ram=5')));
    assert.equal(tracker.used(resource('gpu0:ram')), 0);
    tracker.release(first);
    assert.ok(tracker.reserve(second, allocation('gpu0:ram=1', 'cpu0:ram=5')));
    assert.equal(tracker.used(resource('gpu0:ram')), 1);
  });

  test('an update is counted, fits or not, and makes room when it is less', () => {
    const tracker = new ResourceTracker(allocation('cpu0:ram=9', 'gpu0:ram=9'));
    tracker.reserve('a', allocation('cpu0:ram=9'));
    tracker.update('a', allocation('cpu0:ram=3', 'cpu0:ram=1'));
    assert.equal(tracker.used(resource('cpu0:ram')), 4);
    assert.ok(tracker.reserve('b', allocation('cpu0:ram=5')));
    tracker.update('a', allocation('cpu0:ram=40'));
    assert.equal(tracker.used(resource('cpu0:ram')), 45);
    assert.ok(!tracker.reserve('c', allocation('cpu0:ram=1')));
    assert.ok(tracker.reserve('c', allocation('cpu0:ram=0', 'gpu0:ram=9')));
  });

  test('a key has one reservation at a time', () => {
    const tracker = new ResourceTracker(null);
    const precondition = hasCode(Code.FAILED_PRECONDITION);
    assert.throws(() => tracker.update('a', []), precondition);
    tracker.release('a');
    tracker.reserve('a', []);
    assert.throws(() => tracker.reserve('a', []), precondition);
    tracker.release('a');
    assert.throws(() => tracker.update('a', []), precondition);
    assert.ok(tracker.reserve('a', []));
  });

  test('without a total everything is admitted, and counted', () => {
    const tracker = new ResourceTracker(null);
    assert.equal(tracker.total, null);
    assert.ok(tracker.reserve('a', allocation('cpu0:ram=1e18', 'gpu*:ram=2')));
    assert.ok(tracker.reserve('b', allocation('gpu1:ram=1', 'gpu*:ram=1')));
    assert.equal(tracker.used(resource('cpu0:ram')), 1e18);
    assert.equal(tracker.used(resource('gpu*:ram')), 3);
    assert.equal(tracker.used(resource('gpu1:ram')), 1);
    assert.equal(tracker.used(resource('gpu0:ram')), 0);
  });

  test('refuses quantities that are none, and then has changed nothing', () => {
    const tracker = new ResourceTracker(allocation('cpu0:ram=9'));
    tracker.reserve('a', allocation('cpu0:ram=1'));
    for (const quantity of ['-1', 'NaN', 'Infinity']) {
      const bad = allocation('cpu0:ram=1', `cpu0:ram=${quantity}`);
      assert.throws(() => tracker.reserve('b', bad), hasCode(Code.INVALID_ARGUMENT));
      assert.throws(() => tracker.update('a', bad), hasCode(Code.INVALID_ARGUMENT));
      assert.throws(() => new ResourceTracker(bad), hasCode(Code.INVALID_ARGUMENT));
    }
    assert.equal(tracker.used(resource('cpu0:ram')), 1);
    assert.ok(tracker.reserve('b', allocation('cpu0:ram=8')));
  });

  test('a total is of certain instances', () => {
    assert.throws(
      () => new ResourceTracker(allocation('gpu*:ram=9')),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.INVALID_ARGUMENT &&
        error.message === 'A total needs an instance: {device: gpu instance: any kind: ram}',
    );
  });

  test('what is reserved does not change with the list that it came from', () => {
    const entry = { resource: { ...mainMemory }, quantity: 4 };
    const total = [{ resource: mainMemory, quantity: 9 }];
    const tracker = new ResourceTracker(total);
    tracker.reserve('a', [entry]);
    entry.quantity = 9;
    entry.resource.kind = 'other';
    total.length = 0;
    assert.equal(tracker.used(mainMemory), 4);
    assert.ok(tracker.reserve('b', [{ resource: mainMemory, quantity: 5 }]));
  });

  test('fractions leave nothing behind', () => {
    const tracker = new ResourceTracker(allocation('cpu0:cores=1'));
    for (const [key, cores] of [0.1, 0.2, 0.3].entries()) {
      assert.ok(tracker.reserve(`${key}`, allocation(`cpu0:cores=${cores}`)));
    }
    for (const key of ['1', '0', '2']) tracker.release(key);
    assert.equal(tracker.used(resource('cpu0:cores')), 0);
    assert.ok(tracker.reserve('all', allocation('cpu0:cores=1')));
  });
});

describe('ResourceTracker against a model of it', () => {
  const devices = ['cpu', 'gpu'];
  const kinds = ['ram', 'threads'];
  const rounds = process.env.SERVAL_EXHAUSTIVE === undefined ? 300 : 20_000;

  /**
   * Lays what is not bound on every instance in turn: a table of quantities by device, kind and
   * instance 0 to 2, of which totals have 0 and 1 at most.
   */
  function spread(entries: ResourceAllocation): Map<string, number> {
    const table = new Map<string, number>();
    for (const { resource: taken, quantity } of entries) {
      const instances = taken.instance === null ? [0, 1, 2] : [taken.instance];
      for (const instance of instances) {
        const place = `${taken.device} ${taken.kind} ${instance}`;
        table.set(place, (table.get(place) ?? 0) + quantity);
      }
    }
    return table;
  }

  /** Whether `asked` fits, told from tables of everything; instances that do not exist are left out. */
  function fits(
    total: ResourceAllocation,
    taken: readonly ResourceAllocation[],
    asked: ResourceAllocation,
  ): boolean {
    const limits = spread(total);
    const exists = (device: string, instance: number) =>
      total.some(({ resource: r }) => r.device === device && r.instance === instance);
    const after = spread([...taken.flat(), ...asked]);
    for (const { resource: r, quantity } of asked) {
      if (quantity === 0) continue;
      const known = [0, 1, 2].filter((instance) => exists(r.device, instance));
      const places = r.instance === null ? known : [r.instance];
      if (places.length === 0) return false;
      for (const instance of places) {
        const place = `${r.device} ${r.kind} ${instance}`;
        if (after.get(place)! > (limits.get(place) ?? 0)) return false;
      }
    }
    return true;
  }

  test(`${rounds} rounds of random calls`, () => {
    let admitted = 0;
    let refused = 0;
    for (let seed = 0; seed < rounds; seed++) {
      const random = randomFrom(seed);
      const below = (limit: number) => Math.floor(random() * limit);
      const some = (instances: readonly (number | null)[], most: number, entries: number) =>
        Array.from({ length: below(entries) }, () => ({
          resource: {
            device: devices[below(2)]!,
            instance: instances[below(instances.length)]!,
            kind: kinds[below(2)]!,
          },
          quantity: below(most),
        }));
      const total = some([0, 1], 40, 9);
      const tracker = new ResourceTracker(total);
      const taken = new Map<string, ResourceAllocation>();
      for (let step = 0; step < 40; step++) {
        const key = `k${below(8)}`;
        const asked = some([0, 0, 1, 1, 2, null], 8, 4);
        if (!taken.has(key)) {
          const expected = fits(total, [...taken.values()], asked);
          const call = JSON.stringify({ seed, step, total, taken: [...taken], asked });
          assert.equal(tracker.reserve(key, asked), expected, call);
          if (expected) taken.set(key, asked);
          if (expected) admitted++;
          else refused++;
        } else if (below(4) === 0) {
          tracker.update(key, asked);
          taken.set(key, asked);
        } else {
          tracker.release(key);
          taken.delete(key);
        }
        const probe: Resource = { device: devices[below(2)]!, instance: below(3), kind: kinds[0]! };
        const of = (r: Resource) =>
          r.device === probe.device && r.instance === probe.instance && r.kind === probe.kind;
        const expected = [...taken.values()].flat().filter((entry) => of(entry.resource));
        assert.equal(
          tracker.used(probe),
          expected.reduce((sum, { quantity }) => sum + quantity, 0),
        );
      }
    }
    assert.ok(admitted > rounds && refused > rounds, `${admitted} admitted, ${refused} refused`);
  });
});
