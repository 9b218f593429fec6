import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { decodePredictRequest } from '../../../inference/index.ts';
import { FakeLookup } from '../../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../../inference/testing/fake-model.ts';
import { PredictResponseSchema } from '../../../proto/index.ts';
import { codeName, StatusError } from '../../../status/index.ts';
import {
  DType,
  decodeTensorProto,
  defaultMaxFilledBytes,
  heapAllocator,
  type Tensor,
} from '../../../tensor/index.ts';
import type { Bytes } from '../../../util/index.ts';
import { frameHeaderLength } from '../frame.ts';
import { predictionService } from './prediction-service.ts';

interface GoldenTensorInfo {
  readonly name: string;
  readonly dtype: string;
}

interface GoldenSignature {
  readonly inputs: Readonly<Record<string, GoldenTensorInfo>>;
  readonly outputs: Readonly<Record<string, GoldenTensorInfo>>;
  readonly method_name: string;
  readonly defaults: Readonly<Record<string, unknown>>;
}

interface GoldenCase {
  readonly id: string;
  readonly method: string;
  readonly version: number | null;
  readonly grpc_request?: string;
  readonly grpc_status?: string;
  readonly expected_grpc_response?: string;
  readonly expected_error?: { readonly contains: readonly string[] };
}

interface Golden {
  readonly model: string;
  readonly platform: string;
  readonly versions: readonly number[];
  readonly expected_metadata: Readonly<
    Record<
      string,
      {
        readonly metadata: {
          readonly signature_def: {
            readonly signature_def: Readonly<Record<string, GoldenSignature>>;
          };
        };
      }
    >
  >;
  readonly cases: readonly GoldenCase[];
}

const folder = new URL('../../../../test/zoo/golden/', import.meta.url);
const goldens = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden)
  .filter(({ platform, cases }) => platform === 'tensorflow' && cases !== undefined);

const options = {
  asTensorContent: false,
  checkMethodName: false,
  maxFilledBytes: defaultMaxFilledBytes,
};
const decode = (bytes: Bytes) => decodeTensorProto(bytes, heapAllocator, options);

function predictCases(golden: Golden): GoldenCase[] {
  return golden.cases.filter(({ method, grpc_request }) => method === 'predict' && grpc_request);
}

const request = ({ grpc_request }: GoldenCase) => Buffer.from(grpc_request!, 'base64');

function signatures(golden: Golden, version: string) {
  const byKey = golden.expected_metadata[version]!.metadata.signature_def.signature_def;
  const specs = (infos: GoldenSignature['inputs']) =>
    Object.keys(infos)
      .sort()
      .map((alias) => {
        const dtype = DType[infos[alias]!.dtype.replace('DT_', '') as keyof typeof DType];
        return { ...tensorSpec(alias, dtype, null), name: infos[alias]!.name };
      });
  return Object.entries(byKey).map(([key, { inputs, outputs, method_name, defaults }]) =>
    signatureSpec({
      key,
      methodName: method_name,
      inputs: specs(inputs),
      outputs: specs(outputs),
      // A scalar of the dtype: what the fake model is fed with does not matter.
      defaults: new Map(
        Object.keys(defaults).map((alias) => {
          const { dtype } = specs(inputs).find((spec) => spec.alias === alias)!;
          return [alias, Uint8Array.of(8, dtype)];
        }),
      ),
    }),
  );
}

/** Serves a case with a model whose run answers with what the real one is recorded to. */
async function serve(golden: Golden, goldenCase: GoldenCase): Promise<Uint8Array> {
  const version = goldenCase.version ?? Math.max(...golden.versions);
  const known = golden.versions.includes(version) ? version : golden.versions[0]!;
  const model = new FakeModel(...signatures(golden, String(known)));
  const { expected_grpc_response } = goldenCase;
  const outputs = new Map<string, Tensor>();
  if (expected_grpc_response !== undefined) {
    const expected = Buffer.from(expected_grpc_response, 'base64');
    // The outputs of a response lie in field 1, the inputs of a request in field 2.
    const asRequest = moveOutputsToInputs(expected);
    for (const [alias, bytes] of decodePredictRequest(asRequest).inputs) {
      outputs.set(alias, decode(bytes));
    }
  }
  model.answer = ({ signature, fetches }) =>
    (fetches ?? signature.outputs.map((_, i) => i)).map(
      (index) => outputs.get(signature.outputs[index]!.alias)!,
    );
  const lookup = new FakeLookup(golden.model, model);
  lookup.version = BigInt(known);
  const service = predictionService({ lookup, checkShapes: true }, options);
  const method = service.methods.Predict!;
  assert.ok(method.kind === 'unary');
  const reply = await method.handle(request(goldenCase), {
    metadata: {},
    deadline: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    requestId: 'golden',
    reserve: () => {},
  });
  return reply.subarray(frameHeaderLength);
}

/** Turns the outputs of a PredictResponse into inputs of a PredictRequest; drops its model spec. */
function moveOutputsToInputs(response: Buffer): Buffer {
  const copy = Buffer.from(response);
  let position = 0;
  while (position < copy.length) {
    copy[position] = copy[position] === 0x0a ? 0x12 : 0x7a;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = copy[++position]!;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    position += 1 + length;
  }
  return copy;
}

test('there are recorded cases to compare with', () => {
  assert.ok(goldens.flatMap(predictCases).length > 200);
});

for (const golden of goldens) {
  test(`replies of ${golden.model} are what the recorded ones say`, async () => {
    for (const goldenCase of predictCases(golden)) {
      if (goldenCase.grpc_status !== 'OK') continue;
      const reply = fromBinary(PredictResponseSchema, await serve(golden, goldenCase));
      const expected = fromBinary(
        PredictResponseSchema,
        Buffer.from(goldenCase.expected_grpc_response!, 'base64'),
      );
      assert.deepEqual(reply, expected, goldenCase.id);
    }
  });

  test(`requests of ${golden.model} that are refused before a run are refused as recorded`, async () => {
    for (const goldenCase of predictCases(golden)) {
      const { id, grpc_status, expected_error } = goldenCase;
      if (grpc_status === 'OK' || expected_error!.contains.length === 0) continue;
      if (!/no_inputs|extra_input|unknown|wrong_dtype/.test(id)) continue;
      await assert.rejects(serve(golden, goldenCase), (error) => {
        assert.ok(error instanceof StatusError, String(error));
        assert.equal(codeName(error.code), grpc_status);
        for (const text of expected_error!.contains) assert.ok(error.message.includes(text));
        return true;
      });
    }
  });
}
