/**
 * `node bench/micro/grpc-call.ts`: what a Predict of three floats costs over gRPC without sockets and
 * without a model, from the bytes of its frames to those of its reply; the CPU time of a call in µs.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import type { LoadedModel, SignatureSpec, TensorSpec } from '../../src/engines/index.ts';
import type { InferenceContext } from '../../src/inference/index.ts';
import { PredictRequestSchema } from '../../src/proto/index.ts';
import {
  createGrpcHandler,
  HealthService,
  predictionService,
  Refusals,
} from '../../src/protocol/index.ts';
import { PortLogger } from '../../src/telemetry/index.ts';
import { DType, defaultMaxFilledBytes, heapAllocator } from '../../src/tensor/index.ts';
import { GrpcConnections } from '../../src/transport/index.ts';
import { ByteBudget } from '../../src/util/index.ts';
import { quantile } from '../stats/quantile.ts';
import { indexedFields, rememberedField } from './header-block.ts';

/** A socket whose system takes all that is written at once. */
class TakingSocket extends EventEmitter {
  readonly writable = true;
  readonly writableLength = 0;
  readonly destroyed = false;
  written: Uint8Array = new Uint8Array();

  write(bytes: Uint8Array, onTaken?: () => void): boolean {
    this.written = bytes;
    onTaken?.();
    return true;
  }
}

const logger = new PortLogger({ postMessage: () => {} }, 'error');

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const frameType = { data: 0, headers: 1, settings: 4, windowUpdate: 8 } as const;
const endStream = 1;
const endHeaders = 4;

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/**
 * A connection of a gRPC client that asks again and again for half plus two of three floats.
 * @returns what makes a call, which is answered when it returns, and the bytes of the last reply
 */
function predictCalls(): { readonly call: () => void; readonly lastReply: () => Buffer } {
  const connections = new GrpcConnections({
    handler: createGrpcHandler({
      services: [
        predictionService(halfPlusTwo(), {
          asTensorContent: true,
          checkMethodName: false,
          maxFilledBytes: defaultMaxFilledBytes,
        }),
      ],
      health: new HealthService(),
      ...{ logger, budget: new ByteBudget(2 ** 30), refusals: new Refusals() },
    }),
    ...{ logger, refusals: new Refusals() },
  });
  const socket = new TakingSocket();
  connections.take(socket as unknown as Socket);
  const windowSize = uint32(2 ** 31 - 1 - 65_535);
  socket.emit('data', preface);
  socket.emit('data', frame(frameType.settings, 0, 0, Buffer.alloc(0)));
  socket.emit('data', frame(frameType.windowUpdate, 0, 0, windowSize));

  const content = requestFrame();
  const [method, scheme, authority, path, contentType, userAgent] = [3, 6, 1, 4, 31, 58];
  const first = Buffer.concat([
    indexedFields(method, scheme),
    rememberedField(path, '/tensorflow.serving.PredictionService/Predict'),
    rememberedField(authority, '127.0.0.1:8500'),
    rememberedField('te', 'trailers'),
    rememberedField(contentType, 'application/grpc'),
    rememberedField(userAgent, 'grpc-python/1.80.0 grpc-c/53.0.0 (linux; chttp2)'),
  ]);
  // What was remembered last is the first behind the static table's 61 fields.
  const later = indexedFields(method, scheme, 66, 65, 64, 63, 62);
  let streamId = 1;
  const bytesOf = (fields: Buffer) =>
    Buffer.concat([
      frame(frameType.headers, endHeaders, streamId, fields),
      frame(frameType.data, endStream, streamId, content),
    ]);
  socket.emit('data', bytesOf(first));
  const bytes = bytesOf(later);
  const second = 9 + later.length;
  return {
    call: () => {
      streamId += 2;
      // A read brings memory of its own, and so does this.
      const read = Buffer.from(bytes);
      read.writeUInt32BE(streamId, 5);
      read.writeUInt32BE(streamId, second + 5);
      socket.emit('data', read);
    },
    lastReply: () => Buffer.from(socket.written),
  };
}

function requestFrame(): Buffer {
  const message = toBinary(
    PredictRequestSchema,
    create(PredictRequestSchema, {
      modelSpec: { name: 'half_plus_two' },
      inputs: {
        x: {
          dtype: DType.FLOAT,
          tensorShape: { dim: [{ size: 3n }] },
          tensorContent: new Uint8Array(Float32Array.of(1, 2, 5).buffer),
        },
      },
    }),
  );
  return Buffer.concat([Buffer.from([0]), uint32(message.length), message]);
}

/** A model that answers at once. */
function halfPlusTwo(): InferenceContext {
  const spec = (alias: string): TensorSpec => ({
    ...{ alias, name: `${alias}:0`, dtype: DType.FLOAT, shape: [-1], graphShape: [-1] },
  });
  const signature: SignatureSpec = {
    ...{ key: 'serving_default', methodName: 'tensorflow/serving/predict' },
    ...{ inputs: [spec('x')], outputs: [spec('y')] },
    ...{ defaults: new Map(), ops: new Set() },
  };
  const output = heapAllocator.allocate(DType.FLOAT, [3]);
  (output.data as Float32Array).set([2.5, 3, 4.5]);
  const outputs = [output];
  const scope = {
    allocate: heapAllocator.allocate.bind(heapAllocator),
    onClose: () => {},
    close: () => {},
  };
  const model = {
    signatures: new Map([[signature.key, signature]]),
    openScope: () => scope,
    run: () => outputs,
    isRowwiseStateless: () => true,
  } as unknown as LoadedModel;
  const handle = {
    id: { name: 'half_plus_two', version: 123n },
    servable: { model, signatureDefMap: new Uint8Array() },
    release: () => {},
    [Symbol.dispose]: () => {},
  };
  return { lookup: { acquire: () => handle, statuses: () => [] }, checkShapes: true };
}

/** The reply of a call: the fields, the message and the end, each behind nine bytes. */
function check(reply: Buffer): void {
  assert.equal(reply.readUIntBE(3, 1), frameType.headers);
  const content = 9 + reply.readUIntBE(0, 3);
  assert.equal(reply[content + 3], frameType.data);
  assert.ok(reply.includes(Buffer.from(Float32Array.of(2.5, 3, 4.5).buffer)));
  const end = content + 9 + reply.readUIntBE(content, 3);
  assert.deepEqual([reply[end + 3], reply[end + 4]], [frameType.headers, endStream | endHeaders]);
}

const callsPerBatch = 1000;
const warmBatches = 20;
const batches = 60;

const { call, lastReply } = predictCalls();
const times: number[] = [];
for (let batch = 0; batch < warmBatches + batches; batch++) {
  const before = process.cpuUsage();
  for (let i = 0; i < callsPerBatch; i++) call();
  const { user, system } = process.cpuUsage(before);
  if (batch >= warmBatches) times.push((user + system) / callsPerBatch);
  // What was put off to the end of the turn.
  await nextTurn();
}
check(lastReply());
const [lower, middle, upper] = [0.25, 0.5, 0.75].map((share) => quantile(times, share).toFixed(1));
console.log(`${middle} µs a call (quartiles ${lower} and ${upper})`);
// Its connection would wait for more.
process.exit();
