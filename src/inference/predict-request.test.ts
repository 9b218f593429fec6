import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { goldenModels } from '../../test/support/golden.ts';
import { DataType, PredictRequestSchema } from '../proto/index.ts';
import { DType, decodeTensorProto, defaultMaxFilledBytes, heapAllocator } from '../tensor/index.ts';
import { type Bytes, joinBytes } from '../util/index.ts';
import { decodePredictRequest } from './predict-request.ts';

const decode = (bytes: Bytes) =>
  decodeTensorProto(bytes, heapAllocator, { maxFilledBytes: defaultMaxFilledBytes });

const predictRequest = (init: MessageInitShape<typeof PredictRequestSchema>) =>
  toBinary(PredictRequestSchema, create(PredictRequestSchema, init));
const shape = (size: number) => ({ dim: [{ size: BigInt(size) }] });

const goldens = goldenModels('tensorflow');

test('there are recorded requests to read', () => {
  const requests = goldens.flatMap(({ cases }) =>
    cases.filter(({ method, grpc }) => method === 'predict' && grpc !== null),
  );
  assert.ok(requests.length > 200);
});

for (const { name, cases } of goldens) {
  test(`requests of ${name} are read as the protobuf library reads them`, () => {
    for (const { id, method, grpc } of cases) {
      if (method !== 'predict' || grpc === null) continue;
      const library = fromBinary(PredictRequestSchema, grpc.request);
      const { modelSpec, inputs, outputFilter } = decodePredictRequest(grpc.request);
      const { versionChoice } = library.modelSpec!;
      assert.deepEqual(modelSpec, {
        name: library.modelSpec!.name,
        version: versionChoice.case === 'version' ? versionChoice.value.value : null,
        label: versionChoice.case === 'versionLabel' ? versionChoice.value : null,
        signatureName: library.modelSpec!.signatureName,
      });
      assert.deepEqual(outputFilter, library.outputFilter);
      assert.deepEqual([...inputs.keys()].sort(), Object.keys(library.inputs).sort());
      for (const [alias, bytes] of inputs) {
        const tensor = decode(bytes);
        const proto = library.inputs[alias]!;
        assert.equal(tensor.dtype, proto.dtype as number, id);
        assert.deepEqual(
          tensor.shape,
          (proto.tensorShape?.dim ?? []).map(({ size }) => Number(size)),
        );
        if (proto.tensorContent.length > 0 && tensor.dtype !== DType.STRING) {
          const { buffer, byteOffset, byteLength } = tensor.data;
          assert.deepEqual(
            Buffer.from(buffer, byteOffset, byteLength),
            Buffer.from(proto.tensorContent),
          );
        }
      }
    }
  });
}

test('parts of a request that come twice are merged as protobuf does', () => {
  const tensor = (value: number) => ({
    dtype: DataType.DT_FLOAT,
    tensorShape: shape(1),
    floatVal: [value],
  });
  const version = (value: bigint) => ({ case: 'version' as const, value: { value } });
  const twice = Buffer.concat([
    predictRequest({
      modelSpec: { name: 'a', signatureName: 's', versionChoice: version(3n) },
      inputs: { x: tensor(1), y: tensor(2) },
      outputFilter: ['p'],
    }),
    predictRequest({
      modelSpec: { name: 'b', versionChoice: { case: 'versionLabel', value: 'l' } },
      inputs: { x: tensor(3) },
      outputFilter: ['q'],
    }),
  ]);
  const { modelSpec, inputs, outputFilter } = decodePredictRequest(twice);
  assert.deepEqual(modelSpec, { name: 'b', version: null, label: 'l', signatureName: 's' });
  assert.deepEqual(outputFilter, ['p', 'q']);
  assert.deepEqual([...inputs.keys()], ['x', 'y']);
  const last = predictRequest({ inputs: { x: tensor(3) } });
  const [actual, expected] = [inputs, decodePredictRequest(last).inputs].map((all) => [
    ...joinBytes(all.get('x')!),
  ]);
  assert.deepEqual(actual, expected);

  const entry = new BinaryWriter()
    .tag(2, WireType.LengthDelimited)
    .fork()
    .tag(2, WireType.LengthDelimited)
    .bytes(Uint8Array.of(8, 1))
    .tag(2, WireType.LengthDelimited)
    .bytes(Uint8Array.of(0x2a, 0))
    .join()
    .tag(2, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .string('only a key')
    .join()
    .finish();
  assert.deepEqual(
    [...decodePredictRequest(entry).inputs].map(([alias, bytes]) => [alias, [...joinBytes(bytes)]]),
    [
      ['', [8, 1, 0x2a, 0]],
      ['only a key', []],
    ],
  );
  const first = Buffer.alloc(1 << 20, 1);
  const many = new BinaryWriter().tag(2, WireType.LengthDelimited).fork();
  for (let i = 0; i < 50_000; i++) {
    many.tag(2, WireType.LengthDelimited).bytes(i === 0 ? first : Uint8Array.of(8, 1));
  }
  const merged = decodePredictRequest(many.join().finish()).inputs.get('')!;
  assert.equal(merged.length, first.length + 49_999 * 2);
  assert.equal(decodePredictRequest(new Uint8Array()).modelSpec, null);
  const versions = predictRequest({ modelSpec: { versionChoice: version(0n) } });
  assert.equal(decodePredictRequest(versions).modelSpec!.version, 0n);
});
