import { deflateSync, gzipSync } from 'node:zlib';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema } from '../../../src/proto/index.ts';
import { DType } from '../../../src/tensor/index.ts';
import { frame } from '../../../src/transport/testing/http2-call.ts';

/** A rule of gRPC: what is sent for one call, and what comes back. */
export interface CallRow {
  readonly rule: string;
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Name of the code. */
  readonly code: string;
  /** As it is sent: percent-encoded. */
  readonly message?: string | RegExp;
  /** How the reply is compressed. */
  readonly encoding?: 'gzip' | 'deflate';
}

const path = '/tensorflow.serving.PredictionService/Predict';

/** A serialized PredictRequest of a vector of floats. */
export function predictBytes(
  length: number,
  modelSpec: MessageInitShape<typeof PredictRequestSchema>['modelSpec'] = { name: 'half_plus_two' },
): Uint8Array {
  const x = {
    dtype: DType.FLOAT,
    tensorShape: { dim: [{ size: BigInt(length) }] },
    floatVal: new Array<number>(length).fill(1),
  };
  return toBinary(PredictRequestSchema, create(PredictRequestSchema, { modelSpec, inputs: { x } }));
}

const small = predictBytes(1);
const large = predictBytes(4096);
/** Shorter compressed than the limit of the server's messages, and longer than it. */
const bomb = predictBytes(100_000);

const refused = (rule: string, row: Omit<CallRow, 'rule' | 'path'>): CallRow => ({
  ...{ rule, path },
  ...row,
});
const unknown = (rule: string, unknownPath: string): CallRow => ({
  ...{ rule, path: unknownPath, body: frame(small), code: 'UNIMPLEMENTED' },
  message: /^Unknown method /,
});

/** Of calls (spec 6.1), on a server whose messages are limited to 64 KiB. */
export const callRows: readonly CallRow[] = [
  refused('a message', { body: frame(small), code: 'OK' }),
  refused('the content type may name protobuf', {
    body: frame(small),
    headers: { 'content-type': 'application/grpc+proto' },
    code: 'OK',
  }),
  unknown('a method that a service does not have', '/tensorflow.serving.PredictionService/Zz'),
  unknown('PredictStreamed', '/tensorflow.serving.PredictionService/PredictStreamed'),
  unknown('SessionRun', '/tensorflow.serving.SessionService/SessionRun'),
  unknown('a service that is not there', '/a.B/C'),
  unknown('no path of a method', '/'),
  ...(['gzip', 'deflate'] as const).map((encoding): CallRow => {
    const body = frame(encoding === 'gzip' ? gzipSync(large) : deflateSync(large), 1);
    return {
      ...{ rule: `${encoding} in and out`, path, body, code: 'OK', encoding },
      headers: { 'grpc-encoding': encoding, 'grpc-accept-encoding': 'identity,deflate,gzip' },
    };
  }),
  refused('a reply is not compressed for those who do not take it', {
    body: frame(gzipSync(large), 1),
    headers: { 'grpc-encoding': 'gzip', 'grpc-accept-encoding': 'identity' },
    code: 'OK',
  }),
  refused('a reply is not compressed for those whose request was not', {
    body: frame(large),
    headers: { 'grpc-encoding': 'gzip', 'grpc-accept-encoding': 'gzip' },
    code: 'OK',
  }),
  refused('identity', {
    body: frame(small),
    headers: { 'grpc-encoding': 'identity' },
    code: 'OK',
  }),
  refused('an encoding that nobody knows', {
    body: frame(small, 1),
    headers: { 'grpc-encoding': 'br' },
    code: 'UNIMPLEMENTED',
    message: /^Message encoding br is not supported/,
  }),
  refused('a compressed message without an encoding', {
    body: frame(gzipSync(small), 1),
    code: 'INTERNAL',
    message: /no grpc-encoding/,
  }),
  refused('what is not gzip', {
    body: frame(small, 1),
    headers: { 'grpc-encoding': 'gzip' },
    code: 'INTERNAL',
    message: /not valid gzip/,
  }),
  refused('a message over the limit', {
    body: frame(bomb),
    code: 'RESOURCE_EXHAUSTED',
    message: `SERVER: Received message larger than max (${bomb.length} vs. 65536)`,
  }),
  refused('one that is over it when inflated', {
    body: frame(gzipSync(bomb), 1),
    headers: { 'grpc-encoding': 'gzip' },
    code: 'RESOURCE_EXHAUSTED',
    message: /^SERVER: Received message larger than max .* vs\. 65536\)$/,
  }),
  refused('no message', { body: Buffer.alloc(0), code: 'UNIMPLEMENTED' }),
  refused('two messages', {
    body: Buffer.concat([frame(small), frame(small)]),
    code: 'UNIMPLEMENTED',
  }),
  refused('half a message', { body: frame(small).subarray(0, -1), code: 'INTERNAL' }),
  refused('texts are percent-encoded UTF-8', {
    body: frame(predictBytes(1, { name: 'größe 100 %\n' })),
    code: 'NOT_FOUND',
    message: 'Servable not found for request: Latest(gr%C3%B6%C3%9Fe 100 %25%0A)',
  }),
  refused('long texts are cut after 1024 bytes', {
    body: frame(predictBytes(1, { name: 'n'.repeat(2000) })),
    code: 'NOT_FOUND',
    message: `${`Servable not found for request: Latest(${'n'.repeat(2000)}`.slice(0, 1024)}...TRUNCATED`,
  }),
  refused('a deadline that has passed', {
    body: frame(small),
    headers: { 'grpc-timeout': '0n' },
    code: 'DEADLINE_EXCEEDED',
  }),
  refused('a deadline that is far away', {
    body: frame(small),
    headers: { 'grpc-timeout': '99999999H' },
    code: 'OK',
  }),
];
