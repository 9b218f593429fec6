import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Code, cancelled, invalidArgument, StatusError } from '../status/index.ts';
import { DType, type NumericTensor, type StringTensor, type Tensor } from '../tensor/index.ts';
import { type PredictCall, type PredictResult, predict } from './index.ts';
import { FakeLookup } from './testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from './testing/fake-model.ts';

const signature = signatureSpec({
  inputs: [tensorSpec('x', DType.FLOAT, [-1, 2])],
  outputs: [tensorSpec('y', DType.FLOAT, [-1, 2]), tensorSpec('z', DType.FLOAT, [-1, 2])],
});

let model: FakeModel;
let lookup: FakeLookup;

beforeEach(() => {
  model = new FakeModel(signature);
  model.answer = ({ feeds }) => [feeds[0]!, feeds[0]!];
  lookup = new FakeLookup('m', model);
});

const modelSpec = { name: 'm', version: null, label: null, signatureName: '' };

/** A call that feeds rows of [1, 2] and answers with the numbers of the outputs by alias. */
function call(rows: number, overrides: Partial<PredictCall<unknown>> = {}): PredictCall<unknown> {
  return {
    modelSpec,
    deadline: Number.POSITIVE_INFINITY,
    signal: null,
    reserve: () => {},
    selectSignature: (signatures) => signatures.get('serving_default')!,
    bind: (_signature, allocator) => {
      const x = allocator.allocate(DType.FLOAT, [rows, 2]);
      for (let i = 0; i < x.data.length; i++) x.data[i] = 1 + (i % 2);
      return { feeds: [x], fetches: null };
    },
    encode: numbersByAlias,
    ...overrides,
  };
}

function numbersByAlias({ aliases, tensors }: PredictResult): Record<string, unknown> {
  return Object.fromEntries(
    aliases.map((alias, i) => [alias, [...(tensors[i] as NumericTensor).data]]),
  );
}

const run = (predictCall: PredictCall<unknown>, checkShapes = true) =>
  predict({ lookup, checkShapes }, predictCall);

/** A run that must not need a promise. */
function runNow(predictCall: PredictCall<unknown>, checkShapes = true): unknown {
  const reply = run(predictCall, checkShapes);
  assert.ok(!(reply instanceof Promise));
  return reply;
}

/** Every handle is released, every scope closed once, and its memory gone. */
function assertNothingHeld(scopes: number): void {
  assert.equal(lookup.held, 0);
  assert.equal(lookup.acquired, lookup.released);
  assert.equal(model.scopes.length, scopes);
  for (const scope of model.scopes) assert.equal(scope.closes, 1);
}

/** Waits, so that what a test gates must be held meanwhile. */
function later(answer: FakeModel['answer']): { answer: FakeModel['answer']; go: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { answer: async (fakeRun) => promise.then(() => answer(fakeRun)), go: resolve };
}

test('a run that ends at once is answered without a promise', () => {
  assert.deepEqual(runNow(call(1)), { y: [1, 2], z: [1, 2] });
  assertNothingHeld(1);
});

test('a run that takes its time is answered later, and holds handle and scope until then', async () => {
  const gate = later(model.answer);
  model.answer = gate.answer;
  const reply = run(call(2));
  assert.ok(reply instanceof Promise);
  assert.equal(lookup.held, 1);
  assert.equal(model.scopes[0]!.closes, 0);
  gate.go();
  assert.deepEqual(await reply, { y: [1, 2, 1, 2], z: [1, 2, 1, 2] });
  assertNothingHeld(1);
});

test('binding and encoding may take their time, and memory lives as long', async () => {
  const base = call(1);
  const slow = call(1, {
    bind: async (...args) => {
      await null;
      return base.bind(...args);
    },
    encode: async (result) => {
      await null;
      return numbersByAlias(result);
    },
  });
  const reply = run(slow);
  assert.equal(lookup.held, 1);
  assert.deepEqual(await reply, { y: [1, 2], z: [1, 2] });
  assertNothingHeld(1);
});

test('the result names the version, the signature and the aliases that were fetched', () => {
  model.answer = ({ feeds, fetches }) => fetches!.map(() => feeds[0]!);
  const base = call(1);
  const result = run(
    call(1, {
      bind: (...args) => ({ ...(base.bind(...args) as object), fetches: [1] }) as never,
      encode: (encoded) => ({ ...encoded, tensors: encoded.tensors.length }),
    }),
  );
  assert.deepEqual(result, {
    id: { name: 'm', version: 7n },
    signature,
    aliases: ['z'],
    tensors: 1,
  });
});

test('deadline and signal reach the engine', () => {
  const { signal } = new AbortController();
  runNow(call(1, { deadline: 123, signal }));
  assert.equal(model.runs[0]!.options.deadline, 123);
  assert.equal(model.runs[0]!.options.signal, signal);
});

const failure = invalidArgument('no');
const fail = (): never => {
  throw failure;
};
const failLater = async (): Promise<never> => {
  await null;
  throw failure;
};

for (const [step, overrides, scopes] of [
  ['selecting the signature', { selectSignature: fail }, 0],
  ['binding', { bind: fail }, 1],
  ['slow binding', { bind: failLater }, 1],
  ['encoding', { encode: fail }, 1],
  ['slow encoding', { encode: failLater }, 1],
] as const) {
  for (const isSlowRun of [false, true]) {
    test(`an error of ${step} (${isSlowRun ? 'slow' : 'fast'} run) frees everything`, async () => {
      if (isSlowRun) {
        const { answer } = model;
        model.answer = async (fakeRun) => answer(fakeRun);
      }
      await assert.rejects(async () => run(call(1, overrides)), failure);
      assertNothingHeld(scopes);
    });
  }
}

for (const [kind, answer] of [
  ['at once', fail],
  ['later', failLater],
] as const) {
  test(`an error of the run, ${kind}, is the answer and frees everything`, async () => {
    model.answer = answer;
    await assert.rejects(async () => run(call(1)), failure);
    assertNothingHeld(1);
  });
}

test('an aborted call ends with the reason and frees everything', async () => {
  const controller = new AbortController();
  const reason = cancelled('gone');
  model.answer = ({ options }) =>
    new Promise((_resolve, reject) => {
      options.signal!.addEventListener('abort', () => reject(options.signal!.reason));
    });
  const reply = run(call(1, { signal: controller.signal }));
  assert.equal(lookup.held, 1);
  controller.abort(reason);
  await assert.rejects(async () => reply, reason);
  assertNothingHeld(1);
});

test('a model that cannot be found costs nothing', () => {
  for (const [spec, code, text] of [
    [{ ...modelSpec, name: '' }, Code.INVALID_ARGUMENT, 'ModelSpec has no name specified.'],
    [{ ...modelSpec, name: 'n' }, Code.NOT_FOUND, 'Servable not found for request: Latest(n)'],
    [
      { ...modelSpec, version: 9n },
      Code.NOT_FOUND,
      'Servable not found for request: Specific(m, 9)',
    ],
  ] as const) {
    assert.throws(
      () => run(call(1, { modelSpec: spec })),
      (error) => error instanceof StatusError && error.code === code && error.message === text,
    );
  }
  assertNothingHeld(0);
});

test('the label is resolved by the lookup', () => {
  runNow(call(1, { modelSpec: { ...modelSpec, label: 'stable' } }));
  assert.deepEqual(lookup.requests[0], { name: 'm', version: null, label: 'stable' });
});

test('a feed that the declared shapes exclude never reaches the engine', () => {
  const wrong = (allocate: (shape: number[]) => Tensor) => [allocate([1, 3])];
  const bind: PredictCall<unknown>['bind'] = (_signature, allocator) => ({
    feeds: wrong((shape) => allocator.allocate(DType.FLOAT, shape)),
    fetches: null,
  });
  assert.throws(
    () => run(call(1, { bind })),
    /^INVALID_ARGUMENT: Input x must have shape \[\?,2\], got shape \[1,3\]$/,
  );
  assert.equal(model.runs.length, 0);
  assertNothingHeld(1);
  runNow(call(1, { bind }), false);
  assert.equal(model.runs.length, 1);
});

test('an empty batch of a rowwise model is one row of zeros, cut to none', async () => {
  model.isRowwise = true;
  const shapes: unknown[] = [];
  const encode = ({ tensors }: PredictResult) => {
    for (const tensor of tensors)
      shapes.push([tensor.shape, (tensor as NumericTensor).data.length]);
  };
  runNow(call(0, { encode }));
  assert.deepEqual(model.runs[0]!.feeds[0]!.shape, [1, 2]);
  assert.deepEqual(shapes, [
    [[0, 2], 0],
    [[0, 2], 0],
  ]);
  assertNothingHeld(1);
  let seen: number[] = [];
  const { answer } = model;
  model.answer = async (fakeRun) => {
    seen = [...(fakeRun.feeds[0] as NumericTensor).data] as number[];
    return answer(fakeRun);
  };
  await run(call(0, { encode }));
  assert.deepEqual(seen, [0, 0]);
});

test('an empty batch goes to the engine as it is where rows are not independent', () => {
  runNow(call(0));
  assert.deepEqual(model.runs[0]!.feeds[0]!.shape, [0, 2]);
  model.isRowwise = true;
  runNow(call(0), false);
  assert.deepEqual(model.runs[1]!.feeds[0]!.shape, [0, 2]);
  runNow(call(3));
  assert.deepEqual(model.runs[2]!.feeds[0]!.shape, [3, 2]);
});

test('strings have a zero row too', () => {
  const text = signatureSpec({
    inputs: [tensorSpec('s', DType.STRING, [-1])],
    outputs: [tensorSpec('s', DType.STRING, [-1])],
  });
  model = new FakeModel(text);
  model.isRowwise = true;
  lookup = new FakeLookup('m', model);
  const none: StringTensor = {
    dtype: DType.STRING,
    shape: [0],
    bytes: new Uint8Array(),
    offsets: new Float64Array(1),
  };
  const reply = run(
    call(0, {
      bind: () => ({ feeds: [none], fetches: null }),
      encode: ({ tensors }) => tensors[0],
    }),
  );
  const [fed] = model.runs[0]!.feeds as [StringTensor];
  assert.deepEqual([fed.shape, fed.offsets], [[1], Float64Array.of(0, 0)]);
  assert.deepEqual(reply, none);
});

test('the zero row of an empty batch is reserved, and none is made that a client sized too large', () => {
  const open = signatureSpec({
    inputs: [tensorSpec('x', DType.FLOAT, [-1, -1]), tensorSpec('s', DType.STRING, [-1, -1])],
    outputs: [tensorSpec('x', DType.FLOAT, [-1]), tensorSpec('s', DType.STRING, [-1])],
  });
  model = new FakeModel(open);
  model.isRowwise = true;
  lookup = new FakeLookup('m', model);
  let reserved = 0;
  const empty = (columns: number) =>
    call(0, {
      reserve: (bytes) => {
        reserved += bytes;
      },
      bind: (_signature, allocator) => {
        const x = allocator.allocate(DType.FLOAT, [0, columns]);
        const bytes = new Uint8Array();
        const offsets = new Float64Array(1);
        const s: StringTensor = { dtype: DType.STRING, shape: [0, columns], bytes, offsets };
        return { feeds: [x, s], fetches: null };
      },
      encode: () => null,
    });
  runNow(empty(10));
  assert.equal(reserved, 10 * 4 + 10 * 32);
  assert.throws(() => run(empty(2 ** 40)), {
    code: Code.RESOURCE_EXHAUSTED,
    message:
      'One row of an input of shape [0,1099511627776] takes 4398046511104 bytes, more than the ' +
      'limit of 67108864 for an empty batch',
  });
  assert.equal(model.runs.length, 1);
  assertNothingHeld(2);
});
