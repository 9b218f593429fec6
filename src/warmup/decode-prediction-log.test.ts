import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { DataType, PredictionLogSchema, PredictRequestSchema } from '../proto/index.ts';
import { Code } from '../status/index.ts';
import { decodePredictionLog, LogType } from './decode-prediction-log.ts';

type LogInit = NonNullable<MessageInitShape<typeof PredictionLogSchema>['logType']>;

const log = (logType: LogInit) =>
  toBinary(PredictionLogSchema, create(PredictionLogSchema, { logType }));
const tensor = { dtype: DataType.DT_FLOAT, floatVal: [1] };
const predict = (alias: string, signatureName = '') =>
  log({
    case: 'predictLog',
    value: {
      request: { modelSpec: { signatureName }, inputs: { [alias]: tensor }, outputFilter: [alias] },
      response: { outputs: { y: tensor } },
    },
  });
const classify = log({ case: 'classifyLog', value: { request: { modelSpec: { name: 'm' } } } });

/** What the protobuf library reads, in the terms of `decodePredictionLog`. */
function byLibrary(bytes: Uint8Array) {
  const { logType } = fromBinary(PredictionLogSchema, bytes);
  if (logType.case !== 'predictLog') return logType.case;
  const { modelSpec, inputs, outputFilter } = logType.value.request!;
  return {
    signatureName: modelSpec?.signatureName,
    aliases: Object.keys(inputs),
    outputFilter,
  };
}

function byHand(bytes: Uint8Array) {
  const decoded = decodePredictionLog(bytes);
  if (decoded.logType !== LogType.PREDICT) return decoded.logType;
  const { modelSpec, inputs, outputFilter } = decoded.request;
  return { signatureName: modelSpec?.signatureName, aliases: [...inputs.keys()], outputFilter };
}

describe('decodePredictionLog', () => {
  it('tells the kinds of log apart by their field', () => {
    const value = {};
    const logTypes = [
      [{ case: undefined }, LogType.NONE],
      [{ case: 'classifyLog', value }, LogType.CLASSIFY],
      [{ case: 'regressLog', value }, LogType.REGRESS],
      [{ case: 'multiInferenceLog', value }, LogType.MULTI_INFERENCE],
      [{ case: 'sessionRunLog', value }, LogType.SESSION_RUN],
      [{ case: 'predictLog', value }, LogType.PREDICT],
      [{ case: 'predictStreamedLog', value }, LogType.PREDICT_STREAMED],
    ] as const;
    for (const [init, expected] of logTypes) {
      assert.equal(decodePredictionLog(log(init)).logType, expected);
    }
  });

  it('reads the request of a predict log, and passes over metadata and fields it does not know', () => {
    const metadata = toBinary(
      PredictionLogSchema,
      create(PredictionLogSchema, { logMetadata: { modelSpec: { name: 'm' } } }),
    );
    const unknown = Uint8Array.of(0x7a, 1, 0, 0x30, 5);
    const bytes = Buffer.concat([metadata, predict('x', 'sig'), unknown]);
    assert.deepEqual(byHand(bytes), {
      signatureName: 'sig',
      aliases: ['x'],
      outputFilter: ['x'],
    });
  });

  it('takes a predict log without a request for one of an empty request', () => {
    assert.deepEqual(decodePredictionLog(log({ case: 'predictLog', value: {} })), {
      logType: LogType.PREDICT,
      request: { modelSpec: null, inputs: new Map(), outputFilter: [] },
    });
  });

  it('lets the last of several kinds count, as the protobuf library does', () => {
    assert.equal(byLibrary(Buffer.concat([predict('x'), classify])), 'classifyLog');
    assert.equal(byHand(Buffer.concat([predict('x'), classify])), LogType.CLASSIFY);
    const overwritten = Buffer.concat([predict('x', 'lost'), classify, predict('y')]);
    assert.deepEqual(byHand(overwritten), byLibrary(overwritten));
    assert.deepEqual(byHand(overwritten), {
      signatureName: '',
      aliases: ['y'],
      outputFilter: ['y'],
    });
  });

  it('merges a kind that comes twice in a row, as the protobuf library does', () => {
    const twice = Buffer.concat([predict('x', 'kept'), predict('y')]);
    assert.deepEqual(byHand(twice), byLibrary(twice));
    assert.deepEqual(byHand(twice), {
      signatureName: 'kept',
      aliases: ['x', 'y'],
      outputFilter: ['x', 'y'],
    });
  });

  it('refuses what is no PredictionLog, at whatever depth it goes wrong', () => {
    const request = toBinary(
      PredictRequestSchema,
      create(PredictRequestSchema, { outputFilter: ['y'] }),
    );
    const nested = (bytes: Uint8Array) => {
      const inner = Uint8Array.of(0x0a, bytes.length, ...bytes);
      return Uint8Array.of(0x32, inner.length, ...inner);
    };
    assert.equal(decodePredictionLog(nested(request)).logType, LogType.PREDICT);
    const broken = [
      Uint8Array.of(0xff),
      Uint8Array.of(0x32, 5, 0),
      Uint8Array.of(0x2a, 5),
      Uint8Array.of(0x32, 2, 0x0a, 9),
      nested(request.subarray(0, request.length - 1)),
      nested(Uint8Array.of(0x1a, 1, 0xff)),
    ];
    for (const bytes of broken) {
      assert.throws(() => decodePredictionLog(bytes), { code: Code.INVALID_ARGUMENT });
    }
  });
});
