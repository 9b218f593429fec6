import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { RowServer } from './row-server.ts';

/** One call over gRPC, and the error that answers it. */
export interface GrpcRow {
  /** Of a text in `spec/`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  readonly path: string;
  readonly request: Buffer;
  readonly code: string;
  /** Exact; a pattern only where a kernel or a file system says a part of it. */
  readonly text: string | RegExp;
  readonly server?: RowServer;
}

export const prediction = '/tensorflow.serving.PredictionService';
export const modelService = '/tensorflow.serving.ModelService';

/** A row whose request is a message of `schema`. */
export function row<Desc extends DescMessage>(
  ...[key, path, schema, request, text, code = 'INVALID_ARGUMENT']: [
    key: string,
    path: string,
    schema: Desc,
    request: MessageInitShape<Desc>,
    text: string | RegExp,
    code?: string,
  ]
): GrpcRow {
  const bytes = Buffer.from(toBinary(schema, create(schema, request)));
  return { key, path, request: bytes, code, text };
}

export const halfPlusTwo = { name: 'half_plus_two' };

/** Of a ModelSpec. */
export const version = (value: bigint) => ({ case: 'version' as const, value: { value } });
