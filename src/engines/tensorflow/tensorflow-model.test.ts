import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Code } from '../../status/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import {
  DType,
  dtypeInfo,
  type NumericTensor,
  type StringTensor,
  type Tensor,
} from '../../tensor/index.ts';
import type { Engine, LoadedModel, TensorScope } from '../engine.ts';
import {
  byteStrings,
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  stringsOf,
  unlimited,
} from '../testing/tensorflow.ts';

const halfPlusTwo = 'tfserving/saved_model_half_plus_two_cpu/00000123';
const numbers = (tensor: Tensor | undefined) =>
  Array.from<number | bigint>((tensor as NumericTensor).data as Iterable<number | bigint>);

/** Makes a run in a scope of its own; outputs are read by `read` before it is closed. */
async function runOnce<Result>(
  model: LoadedModel,
  key: string,
  feeds: readonly Tensor[],
  read: (outputs: readonly Tensor[]) => Result,
  options = unlimited,
): Promise<Result> {
  const scope = model.openScope();
  try {
    return read(await model.run(scope, signatureOf(model, key), feeds, null, options));
  } finally {
    scope.close();
  }
}

/** Feeds with which the loop of `control_flow`'s signature `nested` goes on for long. */
const endless: Tensor[] = [
  { dtype: DType.INT32, shape: [], data: Int32Array.of(200_000) },
  floats([1], [1]),
];

/** A serialized tf.Example with one feature: the float `x`. */
function exampleBytes(x: number): Buffer {
  const bytes = Buffer.from('0a0f0a0d0a0178120812060a0400000000', 'hex');
  bytes.writeFloatLE(x, bytes.length - 4);
  return bytes;
}

describe('TensorFlowModel', () => {
  let engine: Engine;
  let model: LoadedModel;
  let loops: LoadedModel;
  let many: LoadedModel;
  before(async () => {
    engine = await openTestEngine();
    [model, loops, many] = await Promise.all([
      loadZooModel(engine, halfPlusTwo),
      loadZooModel(engine, 'models/control_flow/1'),
      loadZooModel(engine, 'models/multi_signature/1'),
    ]);
  });
  after(() => engine.close());

  it('answers at first with a promise, then on the calling thread, and always the same', async () => {
    const signature = signatureOf(model);
    const kinds: boolean[] = [];
    for (let i = 0; i < 300 && !kinds.includes(true); i++) {
      const scope = model.openScope();
      const x = scope.allocate(DType.FLOAT, [3]);
      x.data.set([1, 2, i] as never);
      const outputs = model.run(scope, signature, [x], null, unlimited);
      kinds.push(!(outputs instanceof Promise));
      assert.deepEqual(numbers((await outputs)[0]), [2.5, 3, i / 2 + 2]);
      scope.close();
    }
    assert.deepEqual(kinds.slice(0, 5), [false, false, false, false, false]);
    assert.equal(kinds.at(-1), true);
  });

  it('runs several signatures as one, with the same answers, on and off the calling thread', async () => {
    const examples = byteStrings([2], [exampleBytes(2), exampleBytes(-3.5)]);
    const keys = ['regress_x_to_y', 'classify_x_to_y', 'regress_x_to_y2'];
    const signatures = keys.map((key) => signatureOf(model, key));
    const combined = model.combine(signatures);
    assert.equal(model.combine(signatures), combined);
    const names = combined.outputs.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)].sort());
    assert.equal(combined.inputs.length, 1);
    const alone = new Map<string, number[]>();
    for (const { key, outputs } of signatures) {
      await runOnce(model, key, [examples], ([output]) => {
        alone.set(outputs[0]!.name, numbers(output) as number[]);
      });
    }
    const kinds = new Set<boolean>();
    for (let i = 0; i < 300 && kinds.size < 2; i++) {
      const fetches = i % 2 === 0 ? null : [names.length - 1];
      const scope = model.openScope();
      const outputs = model.run(scope, combined, [examples], fetches, unlimited);
      kinds.add(outputs instanceof Promise);
      for (const [at, output] of (await outputs).entries()) {
        assert.deepEqual(numbers(output), alone.get(names[fetches?.[at] ?? at]!));
      }
      scope.close();
    }
    assert.deepEqual(kinds, new Set([true, false]));
  });

  it('takes many strings while the event loop goes on', async () => {
    const examples = (count: number) =>
      byteStrings(
        [count],
        Array.from({ length: count }, (_, i) => exampleBytes(i)),
      );
    const read = ([output]: readonly Tensor[]) => numbers(output);
    const few = await runOnce(model, 'regress_x_to_y', [examples(3)], read);
    assert.deepEqual(few, [2, 2.5, 3]);
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const all = examples(100_000);
    turns = 0;
    const answers = await runOnce(model, 'regress_x_to_y', [all], read);
    clearInterval(counting);
    assert.deepEqual(
      answers,
      Array.from({ length: 100_000 }, (_, i) => i / 2 + 2),
    );
    assert.ok(turns > 1);
  });

  it('gives up strings that it is fed when the request is cancelled, and is not closed before', async () => {
    const own = await loadZooModel(engine, halfPlusTwo);
    const examples = byteStrings([1], [Buffer.alloc(64 << 20)]);
    const controller = new AbortController();
    const scope = own.openScope();
    const signature = signatureOf(own, 'regress_x_to_y');
    const options = { ...unlimited, signal: controller.signal };
    const run = own.run(scope, signature, [examples], null, options);
    let isClosed = false;
    const closed = own.close().then(() => {
      isClosed = true;
    });
    await setImmediate();
    assert.equal(isClosed, false);
    controller.abort();
    await assert.rejects(async () => await run, {
      code: Code.CANCELLED,
      message: 'The request was cancelled',
    });
    await closed;
    scope.close();
  });

  it('gives up many strings in memory that others have left behind', async () => {
    const examples = byteStrings(
      [30_000],
      Array.from({ length: 30_000 }, (_, i) => exampleBytes(i)),
    );
    // As much memory, in which every word means a string that TensorFlow has to free.
    const size = examples.bytes.length + 30_000 * 25 - 25;
    const garbage = byteStrings([1], [Buffer.alloc(size, 1)]);
    const signature = signatureOf(model, 'regress_x_to_y');
    for (let i = 0; i < 8; i++) {
      await assert.rejects(runOnce(model, 'regress_x_to_y', [garbage], () => null));
      const controller = new AbortController();
      const scope = model.openScope();
      const options = { ...unlimited, signal: controller.signal };
      const run = model.run(scope, signature, [examples], null, options);
      controller.abort();
      await assert.rejects(async () => await run, { code: Code.CANCELLED });
      scope.close();
    }
  });

  it('runs joined strings, and gives up those that were joined in part', async () => {
    const examples = byteStrings(
      [30_000],
      Array.from({ length: 30_000 }, (_, i) => exampleBytes(i)),
    );
    const parts = [
      { tensor: examples, elements: null },
      { tensor: examples, elements: Int32Array.of(7) },
    ];
    const size = examples.bytes.length + 30_000 * 25 - 25;
    const garbage = byteStrings([1], [Buffer.alloc(size, 1)]);
    const signature = signatureOf(model, 'regress_x_to_y');
    for (let i = 0; i < 8; i++) {
      await assert.rejects(runOnce(model, 'regress_x_to_y', [garbage], () => null));
      const given = model.openScope();
      given.joinStrings([30_001], parts).step();
      given.close();
    }
    const scope = model.openScope();
    const join = scope.joinStrings([30_001], parts);
    while (!join.step());
    const [output] = await model.run(scope, signature, [join.tensor], null, unlimited);
    const answers = numbers(output);
    assert.deepEqual([answers.length, answers[29_999], answers[30_000]], [30_001, 15_001.5, 5.5]);
    scope.close();
    assert.throws(() => scope.joinStrings([30_001], parts), { code: Code.FAILED_PRECONDITION });
  });

  it('gives strings to another thread', () => {
    const examples = byteStrings(
      [30_000],
      Array.from({ length: 30_000 }, (_, i) => exampleBytes(i)),
    );
    const sender = model.openScope();
    const receiver = model.openScope();
    const parcel = engine.exportTensor(sender, examples);
    const moved = engine.adoptTensor(receiver, parcel);
    sender.close();
    assert.deepEqual(moved.shape, examples.shape);
    assert.deepEqual(stringsOf(moved), stringsOf(examples));
    receiver.close();
    assert.equal((moved as StringTensor).bytes.length, 0);
  });

  it('does not run what was fed too late', async () => {
    const examples = byteStrings([1], [Buffer.alloc(64 << 20)]);
    const scope = model.openScope();
    const signature = signatureOf(model, 'regress_x_to_y');
    const options = { ...unlimited, deadline: performance.now() + 1 };
    await assert.rejects(async () => await model.run(scope, signature, [examples], null, options), {
      code: Code.DEADLINE_EXCEEDED,
      message: 'Timed out waiting for notification',
    });
    scope.close();
  });

  it('keeps a combined signature usable that it no longer remembers', async () => {
    const first = model.combine([signatureOf(model, 'regress_x_to_y')]);
    const scope = model.openScope();
    const running = model.run(scope, first, [byteStrings([1], [exampleBytes(2)])], null, unlimited);
    const all = [...model.signatures.values()];
    for (let i = 0; i < 200; i++) {
      const chosen = all.filter((_, at) => (i + 1) & (1 << at));
      model.combine([...chosen, ...Array.from({ length: 1 + (i >> all.length) }, () => all[0]!)]);
    }
    assert.notEqual(model.combine([signatureOf(model, 'regress_x_to_y')]), first);
    assert.deepEqual(numbers((await running)[0]), [3]);
    const again = model.run(scope, first, [byteStrings([1], [exampleBytes(4)])], null, unlimited);
    assert.deepEqual(numbers((await again)[0]), [4]);
    scope.close();
  });

  it('combines only signatures of its own', () => {
    assert.throws(() => model.combine([signatureOf(loops, 'collatz')]), { code: Code.INTERNAL });
    const foreign = loops.combine([signatureOf(loops, 'collatz')]);
    const scope = model.openScope();
    assert.throws(() => model.run(scope, foreign, [], null, unlimited), { code: Code.INTERNAL });
    scope.close();
  });

  it('keeps loops off the calling thread', async () => {
    for (let i = 0; i < 30; i++) {
      const scope = loops.openScope();
      const feeds = [{ dtype: DType.INT32, shape: [], data: Int32Array.of(6) } as NumericTensor];
      const outputs = loops.run(scope, signatureOf(loops, 'collatz'), feeds, null, unlimited);
      assert.ok(outputs instanceof Promise);
      assert.deepEqual((await outputs).map(numbers), [[16], [8]]);
      scope.close();
    }
  });

  for (const name of [
    ...['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8'],
    ...['uint16', 'uint32', 'uint64', 'bool', 'complex64', 'complex128'],
  ]) {
    it(`runs ${name}`, async () => {
      const { dtype } = signatureOf(many, `echo_${name}`).inputs[0]!;
      const { array, size, slots } = dtypeInfo(dtype);
      for (const count of [0, 1, 5]) {
        const bytes = Uint8Array.from({ length: count * size }, (_, i) => (i % size === 0 ? 1 : 0));
        const data = new array!(bytes.buffer, 0, count * slots);
        const feed = { dtype, shape: [count], data } as NumericTensor;
        await runOnce(many, `echo_${name}`, [feed], ([echo]) => {
          assert.deepEqual([echo?.dtype, echo?.shape], [dtype, [count]]);
          assert.deepEqual((echo as NumericTensor).data, data);
        });
      }
    });
  }

  it('runs strings, any bytes of any length', async () => {
    const values = [0, 22, 23, 5_000_000].map((size) => Buffer.alloc(size, '\0\xff', 'latin1'));
    await runOnce(many, 'echo_string', [byteStrings([2, 2], values)], ([echo]) => {
      assert.deepEqual(echo!.shape, [2, 2]);
      assert.deepEqual(stringsOf(echo!), values);
    });
  });

  it('fetches what is asked for, in that order', async () => {
    const scope = many.openScope();
    const casts = signatureOf(many, 'casts');
    const indexOf = (alias: string) => casts.outputs.findIndex((output) => output.alias === alias);
    const fetches = [indexOf('as_uint8'), indexOf('as_bool'), indexOf('as_int64')];
    const outputs = await many.run(scope, casts, [floats([2], [0, 7])], fetches, unlimited);
    assert.deepEqual(outputs.map(numbers), [
      [0, 7],
      [0, 1],
      [0n, 7n],
    ]);
    const none = many.run(scope, casts, [floats([2], [0, 7])], [], unlimited);
    await assert.rejects(async () => await none, {
      code: Code.INVALID_ARGUMENT,
      message: 'Must specify at least one target to fetch or execute.',
    });
    scope.close();
  });

  it('feeds the outputs of a run to the next, without a copy and across scopes', async () => {
    const first = model.openScope();
    const twos = floats([1000], new Array<number>(1000).fill(2));
    const [y] = await model.run(first, signatureOf(model), [twos], null, unlimited);
    const result = runOnce(model, 'serving_default', [y!], ([z]) => numbers(z));
    first.close();
    assert.deepEqual(await result, new Array<number>(1000).fill(3.5));
    assert.equal((y as NumericTensor).data.length, 0);
  });

  it('feeds the small outputs of a run to the next, across scopes', async () => {
    const first = model.openScope();
    const [y] = await model.run(first, signatureOf(model), [floats([1], [2])], null, unlimited);
    const result = runOnce(model, 'serving_default', [y!], ([z]) => numbers(z));
    first.close();
    assert.deepEqual(await result, [3.5]);
    // A copy, which nobody else gets.
    assert.deepEqual(numbers(y), [3]);
  });

  it("gives an op's failure as the run's error, with TensorFlow's text, and goes on", async () => {
    const failing = await loadZooModel(engine, 'models/custom_error/1');
    for (let i = 0; i < 20; i++) {
      const feeds = [
        { dtype: DType.INT32, shape: [1], data: Int32Array.of(1) } as NumericTensor,
        { dtype: DType.INT32, shape: [1], data: Int32Array.of(0) } as NumericTensor,
      ];
      await assert.rejects(
        runOnce(failing, 'divide', feeds, () => undefined),
        (error: { code: Code; message: string }) => {
          assert.equal(error.code, Code.INVALID_ARGUMENT);
          assert.match(
            error.message,
            /^Integer division by zero\n\t \[\[\{\{function_node __inference_divide_\d+\}\}\{\{node floordiv\}\}\]\]$/,
          );
          return true;
        },
      );
    }
    const half = await runOnce(model, 'serving_default', [floats([1], [1])], ([y]) => numbers(y));
    assert.deepEqual(half, [2.5]);
    await failing.close();
  });

  it('ends a run at its deadline, and starts none that is late', async () => {
    const timedOut = {
      code: Code.DEADLINE_EXCEEDED,
      message: 'Timed out waiting for notification',
    };
    const deadline = performance.now() + 60;
    const run = runOnce(loops, 'nested', endless, () => undefined, { deadline, signal: null });
    await assert.rejects(run, timedOut);
    assert.ok(performance.now() >= deadline);
    const scope = loops.openScope();
    assert.throws(
      () =>
        loops.run(scope, signatureOf(loops, 'nested'), endless, null, { deadline, signal: null }),
      timedOut,
    );
    scope.close();
  });

  it('gives up at once when aborted; the native run keeps its memory to its end', async () => {
    const own = await loadZooModel(engine, 'models/control_flow/1');
    const controller = new AbortController();
    const scope = own.openScope();
    const x = scope.allocate(DType.FLOAT, [1000]);
    (x.data as Float32Array).fill(1);
    const options = { deadline: performance.now() + 300, signal: controller.signal };
    const run = own.run(scope, signatureOf(own, 'nested'), [endless[0]!, x], null, options);
    await setImmediate();
    controller.abort();
    await assert.rejects(async () => await run, { code: Code.CANCELLED });
    scope.close();
    assert.equal(x.data.length, 0);
    // Only the deadline of the native run lets the model close.
    await own.close();
    assert.ok(performance.now() >= options.deadline);
  });

  it('refuses an aborted request before it starts', () => {
    const scope = model.openScope();
    const options = { ...unlimited, signal: AbortSignal.abort() };
    const start = () => model.run(scope, signatureOf(model), [floats([1], [1])], null, options);
    assert.throws(start, { code: Code.CANCELLED });
    scope.close();
  });

  it('drops the outputs of a run whose scope was closed', async () => {
    const scope = many.openScope();
    const run = many.run(scope, signatureOf(many, 'scalar'), [floats([], [3])], null, unlimited);
    scope.close();
    await assert.rejects(async () => await run, { code: Code.FAILED_PRECONDITION });
    assert.throws(
      () => many.run(scope, signatureOf(many, 'scalar'), [floats([], [3])], null, unlimited),
      { message: 'A run needs an open scope of its own engine' },
    );
    assert.throws(() => scope.allocate(DType.FLOAT, [1]), {
      message: 'The scope of a request is used after it was closed',
    });
  });

  it('bounds what runs and what waits', async () => {
    const small = await openTestEngine({ runThreads: 1, maxQueuedRuns: 1 });
    const own = await loadZooModel(small, 'models/control_flow/1');
    const options = { deadline: performance.now() + 200, signal: null };
    const runs = [1, 2, 3].map(() => runOnce(own, 'nested', endless, () => undefined, options));
    const codes = await Promise.all(
      runs.map((run) => run.catch((error: { code: Code }) => error.code)),
    );
    assert.deepEqual(codes, [Code.DEADLINE_EXCEEDED, Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE]);
    await small.close();
  });

  it('keeps what many runs at once are given apart', async () => {
    const own = await openTestEngine({ maxQueuedRuns: 1000 });
    const shared = await loadZooModel(own, 'models/string_tools/1');
    await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        const text = `request number ${i} `.repeat(1 + (i % 5));
        const upper = signatureOf(shared).outputs.findIndex(({ alias }) => alias === 'upper');
        await runOnce(shared, 'serving_default', [byteStrings([1], [Buffer.from(text)])], (all) =>
          assert.deepEqual(stringsOf(all[upper]!).map(String), [text.toUpperCase()]),
        );
      }),
    );
    await own.close();
  });

  it('knows which signatures work row by row', async () => {
    const counter = await loadZooModel(engine, 'models/stateful_counter/1');
    const expected: [LoadedModel, string, boolean][] = [
      [model, 'serving_default', true],
      [many, 'identity', true],
      [many, 'scalar', false],
      [many, 'no_batch', false],
      [loops, 'serving_default', true],
      [loops, 'collatz', false],
      [counter, 'incr_counter_by', false],
    ];
    for (const [one, key, rowwise] of expected) {
      assert.equal(one.isRowwiseStateless(signatureOf(one, key)), rowwise, key);
    }
    await counter.close();
  });

  it('keeps variables between runs', async () => {
    const counter = await loadZooModel(engine, 'models/stateful_counter/1');
    const read = (outputs: readonly Tensor[]) => numbers(outputs[0])[0];
    assert.equal(await runOnce(counter, 'incr_counter', [], read), 1);
    assert.equal(await runOnce(counter, 'incr_counter_by', [floats([], [2.5])], read), 3.5);
    assert.equal(await runOnce(counter, 'get_counter', [], read), 3.5);
    await counter.close();
  });

  it('gives reference outputs as what they refer to', async () => {
    const v1 = await loadZooModel(engine, 'tfserving/saved_model_counter/00000123');
    const read = (outputs: readonly Tensor[]) => [outputs[0]!.dtype, ...numbers(outputs[0])];
    assert.deepEqual(await runOnce(v1, 'incr_counter', [], read), [DType.FLOAT, 1]);
    await v1.close();
  });

  it('closes once its runs are over, and takes no more', async () => {
    const own = await loadZooModel(engine, halfPlusTwo);
    const result = runOnce(own, 'serving_default', [floats([1], [4])], ([y]) => numbers(y));
    const closing = own.close();
    assert.equal(own.close(), closing);
    const scope: TensorScope = own.openScope();
    assert.throws(() => own.run(scope, signatureOf(own), [floats([1], [1])], null, unlimited), {
      code: Code.FAILED_PRECONDITION,
      message: 'The model is closed',
    });
    scope.close();
    scope.close();
    assert.deepEqual(await result, [4]);
    await closing;
  });
});

describe('TensorFlowEngine', () => {
  it('refuses a configuration that is none', async () => {
    await assert.rejects(openTestEngine({ sessionConfig: Buffer.from('not a proto') }), {
      code: Code.INVALID_ARGUMENT,
    });
  });

  it('closes its models with itself, and loads no more', async () => {
    const logger = new MemoryLogger();
    const engine = await openTestEngine({ logger });
    const model = await loadZooModel(engine, halfPlusTwo);
    await engine.close();
    await engine.close();
    const scope = model.openScope();
    assert.throws(() => model.run(scope, signatureOf(model), [], null, unlimited), {
      message: 'The model is closed',
    });
    await assert.rejects(loadZooModel(engine, halfPlusTwo), { message: 'The engine is closed' });
    assert.deepEqual(logger.messages('warn'), []);
  });
});
