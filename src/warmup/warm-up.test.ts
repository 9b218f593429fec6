import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import {
  exampleMessage,
  examplesRequestMessage,
  inputMessage,
  multiInferenceMessage,
  serializedExample,
} from '../inference/testing/example-messages.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../inference/testing/fake-model.ts';
import {
  DataType,
  type Example,
  MultiInferenceRequestSchema,
  RegressionRequestSchema,
} from '../proto/index.ts';
import { Code, internal, StatusError } from '../status/index.ts';
import { DType, type NumericTensor, type StringTensor, type Tensor } from '../tensor/index.ts';
import { encodeTfRecord } from '../tfrecord/index.ts';
import { type WarmupOptions, warmUp } from './index.ts';
import {
  predictionLog,
  predictLog,
  WarmupDirectories,
  warmupFile,
} from './testing/warmup-directory.ts';

const plain: WarmupOptions = {
  iterations: 1,
  atOnce: 1,
  checkShapes: true,
  checkMethodName: false,
  maxFilledBytes: 2 ** 20,
  signal: null,
};
const signature = signatureSpec({
  inputs: [tensorSpec('x', DType.FLOAT, [-1])],
  outputs: [tensorSpec('y', DType.FLOAT, [-1]), tensorSpec('z', DType.FLOAT, [-1])],
});
const other = signatureSpec({ ...signature, key: 'other', methodName: 'train' });

const shape = (size: number) => ({ dim: [{ size: BigInt(size) }] });
const x = (...values: number[]) => ({
  x: { dtype: DataType.DT_FLOAT, tensorShape: shape(values.length), floatVal: values },
});
const record = (...values: number[]) => predictLog({ inputs: x(...values) });

let directories: WarmupDirectories;
let model: FakeModel;

before(async () => {
  directories = await WarmupDirectories.open();
});
after(() => directories.remove());
beforeEach(() => {
  model = new FakeModel(signature, other);
  model.answer = ({ feeds, fetches }) => (fetches ?? [0, 1]).map(() => feeds[0]!);
});

const run = (directory: string, options: Partial<WarmupOptions> = {}) =>
  warmUp({ model, signatureDefMap: new Uint8Array() }, directory, { ...plain, ...options });

async function fails(warmup: Promise<unknown>, code: Code, message: string): Promise<StatusError> {
  const [result] = await Promise.allSettled([warmup]);
  assert.equal(result.status, 'rejected');
  const error: unknown = result.reason;
  assert.ok(error instanceof StatusError, String(error));
  assert.equal(error.message, message);
  assert.equal(error.code, code);
  assertNothingHeld();
  return error;
}

function assertNothingHeld(): void {
  for (const scope of model.scopes) assert.equal(scope.closes, 1);
}

/** Keeps what was fed to each run, which is gone when the run's scope is. */
function keepFeeds(): number[][] {
  const { answer } = model;
  const fed: number[][] = [];
  model.answer = (fakeRun) => {
    fed.push([...(fakeRun.feeds[0] as NumericTensor).data] as number[]);
    return answer(fakeRun);
  };
  return fed;
}

describe('warmUp', () => {
  it('does nothing where nothing is recorded', async () => {
    const directory = await directories.empty();
    const { milliseconds, ...result } = await run(directory);
    assert.deepEqual(result, { records: 0, cutAt: null });
    assert.ok(milliseconds >= 0);
    await mkdir(path.join(directory, 'assets.extra'));
    assert.equal((await run(directory)).records, 0);
    const odd = await directories.empty();
    await writeFile(path.join(odd, 'assets.extra'), 'a file');
    assert.equal((await run(odd)).records, 0);
    assert.equal((await run(await directories.of())).records, 0);
    assert.equal(model.runs.length, 0);
  });

  it('runs each record as often as asked for, in their order, without a deadline', async () => {
    const fed = keepFeeds();
    const { signal } = new AbortController();
    const directory = await directories.of(record(1), record(2, 3));
    const result = await run(directory, { iterations: 3, signal });
    assert.equal(result.records, 2);
    assert.deepEqual(fed, [[1], [1], [1], [2, 3], [2, 3], [2, 3]]);
    for (const { options, fetches } of model.runs) {
      assert.equal(options.deadline, Number.POSITIVE_INFINITY);
      assert.equal(options.signal, signal);
      assert.equal(fetches, null);
    }
    assert.equal(model.scopes.length, 6);
    assertNothingHeld();
  });

  it('waits for one run before the next', async () => {
    let running = 0;
    model.answer = async ({ feeds }) => {
      assert.equal(++running, 1);
      await new Promise(setImmediate);
      running--;
      return [feeds[0]!, feeds[0]!];
    };
    await run(await directories.of(record(1), record(2)), { iterations: 5 });
    assert.equal(model.runs.length, 10);
    assertNothingHeld();
  });

  it('runs so many records at once as it is told', async () => {
    let running = 0;
    let most = 0;
    model.answer = async ({ feeds }) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return [feeds[0]!, feeds[0]!];
    };
    const records = Array.from({ length: 8 }, (_, i) => record(i));
    const result = await run(await directories.of(...records), { iterations: 2, atOnce: 3 });
    assert.deepEqual([result.records, model.runs.length, most], [8, 16, 3]);
    assertNothingHeld();
  });

  it('runs a thousand records, and one more before it says that there are too many', async () => {
    const records = Array.from({ length: 1002 }, (_, i) => record(i));
    const most = await run(await directories.of(...records.slice(0, 1000)), { iterations: 2 });
    assert.equal(most.records, 1000);
    assert.equal(model.runs.length, 2000);
    const directory = await directories.of(...records);
    await fails(
      run(directory, { iterations: 2 }),
      Code.INVALID_ARGUMENT,
      `Number of warmup records exceeds the maximum (1000) at ${warmupFile(directory)}`,
    );
    assert.equal(model.runs.length, 2000 + 2 * 1001);
  });

  it('runs what was asked about Examples on the signatures that were asked for', async () => {
    const examples = (key: string, method: string, output: string, dtype: DType) =>
      signatureSpec({
        key,
        methodName: `tensorflow/serving/${method}`,
        inputs: [tensorSpec('inputs', DType.STRING, [-1])],
        outputs: [{ ...tensorSpec(output, dtype, null), name: `${key}/${output}:0` }],
      });
    const classifying = examples('labels', 'classify', 'classes', DType.STRING);
    const regressing = examples('value', 'regress', 'outputs', DType.FLOAT);
    model = new FakeModel(classifying, regressing);
    const fed: string[] = [];
    model.answer = ({ signature: { key, outputs }, feeds }) => {
      const [
        {
          bytes,
          shape: [count],
        },
      ] = feeds as readonly [StringTensor];
      fed.push(`${key} ${count} ${Buffer.from(bytes).toString('hex')}`);
      return outputs.map(
        (output): Tensor =>
          output.dtype === DType.STRING
            ? { dtype: DType.STRING, shape: [count!, 0], bytes, offsets: new Float64Array(1) }
            : { dtype: DType.FLOAT, shape: [count!], data: new Float32Array(count!) },
      );
    };
    const [first, second, third, fourth] = [1n, 2n, 3n, 4n].map((value) =>
      exampleMessage({ f: [value] }),
    ) as [Example, Example, Example, Example];
    const directory = await directories.of(
      predictionLog({
        case: 'regressLog',
        value: {
          request: create(RegressionRequestSchema, {
            modelSpec: { signatureName: 'value' },
            input: inputMessage([first]),
          }),
        },
      }),
      predictionLog({ case: undefined }),
      predictionLog({
        case: 'classifyLog',
        value: { request: examplesRequestMessage('labels', inputMessage([second, third])) },
      }),
      predictionLog({
        case: 'multiInferenceLog',
        value: {
          request: multiInferenceMessage(
            ['regress:value', 'classify:labels'],
            inputMessage([fourth]),
          ),
        },
      }),
    );
    const { records } = await run(directory, { iterations: 2, checkMethodName: true });
    assert.equal(records, 4);
    const hex = (...given: Example[]) =>
      given.map((one) => serializedExample(one).toString('hex')).join('');
    const expected = [
      `value 1 ${hex(first)}`,
      `labels 2 ${hex(second, third)}`,
      `value,labels 1 ${hex(fourth)}`,
    ];
    assert.deepEqual(
      fed,
      expected.flatMap((one) => [one, one]),
    );
    assertNothingHeld();
  });

  it('tells of each run under the name of the model that the record has', async () => {
    const told: unknown[] = [];
    const observer = {
      modelRan: (api: string, modelName: string) => void told.push([api, modelName]),
      examplesRun: () => {},
      warmedUp: (status: string, records: number) => void told.push([status, records]),
    };
    const named = predictLog({ modelSpec: { name: 'recorded' }, inputs: x(1) });
    const directory = await directories.of(named, record(2));
    const servable = { model, signatureDefMap: new Uint8Array() };
    await warmUp(servable, directory, { ...plain, iterations: 2 }, observer);
    const [first, second] = [
      ['Predict', 'recorded'],
      ['Predict', ''],
    ];
    assert.deepEqual(told, [first, first, second, second, ['OK', 2]]);
  });

  it('tells of its end where TFS counts one: at the end of the file, or where it is damaged', async () => {
    const told: unknown[] = [];
    const observer = {
      modelRan: () => {},
      examplesRun: () => {},
      warmedUp: (status: string, records: number) => void told.push([status, records]),
    };
    const servable = { model, signatureDefMap: new Uint8Array() };
    const warm = (directory: string) => warmUp(servable, directory, plain, observer);
    const file = (directory: string) =>
      path.join(directory, 'assets.extra', 'tf_serving_warmup_requests');
    const good = await directories.of(record(1), record(2));
    await warm(good);
    await appendFile(file(good), Buffer.alloc(40, 7));
    await assert.rejects(warm(good), /Please verify your warmup data/);
    const empty = await directories.of(record(1));
    await writeFile(file(empty), '');
    await warm(empty);
    const failing = await directories.of(
      record(1),
      predictionLog({ case: 'sessionRunLog', value: {} }),
    );
    await assert.rejects(warm(failing), /Unsupported log_type/);
    await rm(file(failing));
    await warm(failing);
    assert.equal(told.length, 3);
    const [whole, [status, records], none] = told as [[string, number], [string, number], unknown];
    assert.deepEqual(whole, ['OK', 2]);
    assert.match(status, /^DATA_LOSS: corrupted record at \d+/);
    assert.doesNotMatch(status, /Please/);
    assert.equal(records, 2);
    assert.deepEqual(none, ['OK', 0]);
  });

  it('fails on a record about Examples as a client would', async () => {
    const value = {};
    for (const [log, message] of [
      [predictionLog({ case: 'classifyLog', value }), 'Expected one input Tensor.'],
      [predictionLog({ case: 'regressLog', value }), 'Expected one input Tensor.'],
    ] as const) {
      model = new FakeModel(signatureSpec({ ...signature, inputs: [] }));
      await fails(run(await directories.of(log)), Code.INVALID_ARGUMENT, message);
    }
    const request = create(MultiInferenceRequestSchema, {
      tasks: [{ methodName: 'tensorflow/serving/regress' }],
    });
    const nameless = predictionLog({ case: 'multiInferenceLog', value: { request } });
    const text = 'Found ModelSpec with an empty model name.';
    await fails(run(await directories.of(nameless)), Code.INVALID_ARGUMENT, text);
  });

  it('fails on kinds that are never replayed', async () => {
    const value = {};
    for (const [log, number] of [
      [predictionLog({ case: 'sessionRunLog', value }), 5],
      [predictionLog({ case: 'predictStreamedLog', value }), 7],
    ] as const) {
      const directory = await directories.of(record(1), log, record(2));
      const text = `Unsupported log_type for warmup: ${number}`;
      const runsBefore = model.runs.length;
      await fails(run(directory), Code.UNIMPLEMENTED, text);
      assert.equal(model.runs.length, runsBefore + 1);
    }
  });

  it('follows the signature that a record names, not the model', async () => {
    const modelSpec = {
      name: 'another',
      versionChoice: { case: 'version' as const, value: { value: 99n } },
      signatureName: 'other',
    };
    const directory = await directories.of(predictLog({ modelSpec, inputs: x(1) }));
    await run(directory);
    assert.equal(model.runs[0]!.signature, other);
    await fails(
      run(directory, { checkMethodName: true }),
      Code.INTERNAL,
      'Expected prediction signature method_name to be one of {tensorflow/serving/predict, ' +
        'tensorflow/serving/classify, tensorflow/serving/regress}. Was: train',
    );
    const unknown = predictLog({ modelSpec: { signatureName: 'none' }, inputs: x(1) });
    await fails(
      run(await directories.of(unknown)),
      Code.FAILED_PRECONDITION,
      'Serving signature key "none" not found.',
    );
  });

  it('fetches what the output filter names', async () => {
    await run(await directories.of(predictLog({ inputs: x(1), outputFilter: ['z'] })));
    assert.deepEqual(model.runs[0]!.fetches, [1]);
    await fails(
      run(await directories.of(predictLog({ inputs: x(1), outputFilter: ['w'] }))),
      Code.INVALID_ARGUMENT,
      'output tensor alias not found in signature: w Outputs expected to be in the set {y,z}.',
    );
  });

  it('refuses inputs as gRPC does', async () => {
    const one = async (request: Parameters<typeof predictLog>[0]) =>
      run(await directories.of(predictLog(request)));
    await fails(
      one({}),
      Code.INVALID_ARGUMENT,
      'input size does not match signature: 0!=1 len({}) != len({x}). Sent extra: {}. ' +
        'Missing but required: {x}.',
    );
    await fails(one({ inputs: { x: {} } }), Code.INVALID_ARGUMENT, 'tensor parsing error: x');
    await fails(
      one({ inputs: { x: { dtype: DataType.DT_FLOAT, tensorShape: shape(2 ** 40) } } }),
      Code.RESOURCE_EXHAUSTED,
      'Tensor float [1099511627776] takes 4398046511104 bytes, more than the limit of 1048576',
    );
    assert.equal(model.runs.length, 0);
  });

  it('checks shapes and serves empty batches where it is told to', async () => {
    const scalar = await directories.of(
      predictLog({ inputs: { x: { dtype: DataType.DT_FLOAT, floatVal: [1] } } }),
    );
    await fails(run(scalar), Code.INVALID_ARGUMENT, 'Input x must have shape [?], got shape []');
    await run(scalar, { checkShapes: false });
    model.isRowwise = true;
    await run(await directories.of(record()));
    assert.deepEqual(
      model.runs.map(({ feeds }) => feeds[0]!.shape),
      [[], [1]],
    );
  });

  it('ends with the first run that fails, and throws its error as it is', async () => {
    const failure = internal('kernel');
    for (const answer of [
      () => {
        throw failure;
      },
      () => Promise.reject(failure),
    ]) {
      model = new FakeModel(signature);
      model.answer = (fakeRun) => (model.runs.length === 2 ? answer() : [...fakeRun.feeds]);
      const directory = await directories.of(record(1), record(2), record(3));
      assert.equal(await fails(run(directory), Code.INTERNAL, 'kernel'), failure);
      assert.equal(model.runs.length, 2);
    }
  });

  it('says of a record that is no PredictionLog what it is and where', async () => {
    const directory = await directories.of(record(1), Buffer.from([0xff, 0x61, 0xff]));
    const error = await fails(
      run(directory),
      Code.INVALID_ARGUMENT,
      `Failed to parse warmup record:  a  from ${warmupFile(directory)}`,
    );
    assert.match((error.cause as StatusError).message, /^Malformed protobuf message: /);
    assert.equal(model.runs.length, 1);
  });

  it('says of a file that is damaged where', async () => {
    const first = encodeTfRecord(record(1));
    const advice = '. Please verify your warmup data is in TFRecord format.';
    const flipped = Buffer.concat([first, encodeTfRecord(record(2))]);
    flipped[first.length + 13]! ^= 1;
    await fails(
      run(await directories.ofBytes(flipped)),
      Code.DATA_LOSS,
      `corrupted record at ${first.length + 12}${advice}`,
    );
    assert.equal(model.runs.length, 1);
    await fails(
      run(await directories.ofBytes(first.subarray(0, first.length - 1))),
      Code.DATA_LOSS,
      `truncated record at 0' failed with Read less bytes than requested${advice}`,
    );
  });

  it('takes DATA_LOSS of a run for what it is', async () => {
    const failure = new StatusError(Code.DATA_LOSS, 'lost');
    model.answer = () => {
      throw failure;
    };
    const error = await fails(run(await directories.of(record(1))), Code.DATA_LOSS, 'lost');
    assert.equal(error, failure);
  });

  it('tells where a file ends within a header, and replays what is before it', async () => {
    const first = encodeTfRecord(record(1));
    const bytes = Buffer.concat([first, first.subarray(0, 5)]);
    const { records, cutAt } = await run(await directories.ofBytes(bytes));
    assert.deepEqual([records, cutAt], [1, first.length]);
  });

  it('fails where there is something that cannot be read', async () => {
    const nested = await directories.empty();
    await mkdir(warmupFile(nested), { recursive: true });
    await fails(run(nested), Code.FAILED_PRECONDITION, `${warmupFile(nested)}; Is a directory`);
    const looped = await directories.empty();
    await mkdir(path.join(looped, 'assets.extra'));
    await symlink(warmupFile(looped), warmupFile(looped));
    await fails(
      run(looped),
      Code.FAILED_PRECONDITION,
      `${warmupFile(looped)}; Too many levels of symbolic links`,
    );
  });

  it('lets others in between runs that take no time, and ends when it is cancelled', async () => {
    const reason = new Error('stop');
    const many = await directories.of(...Array.from({ length: 1000 }, () => record(1)));
    const one = await directories.of(record(1));
    for (const [directory, iterations] of [
      [one, Number.MAX_SAFE_INTEGER],
      [many, 1],
    ] as const) {
      const controller = new AbortController();
      const { answer } = new FakeModel(signature);
      let isFirst = true;
      model.answer = (fakeRun) => {
        if (isFirst) setTimeout(() => controller.abort(reason), 0);
        isFirst = false;
        // Long enough for a thousand of them to take more than one slice of time.
        for (const end = performance.now() + 0.05; performance.now() < end; );
        return answer({ ...fakeRun, fetches: null });
      };
      const { signal } = controller;
      const error = await fails(
        run(directory, { iterations, signal }),
        Code.CANCELLED,
        'The warmup was cancelled',
      );
      assert.equal(error.cause, reason);
    }
    assert.ok(model.runs.length > 1);
  });
});
