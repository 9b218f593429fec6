import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  create,
  type DescEnum,
  type DescMessage,
  type DescService,
  fromBinary,
  toBinary,
} from '@bufbuild/protobuf';
import { AnySchema, anyPack, anyUnpack, Int64ValueSchema } from '@bufbuild/protobuf/wkt';
import * as schemas from './gen/schemas.ts';
import * as door from './index.ts';
import { enumSchema, enumValues, message, service } from './registry.ts';

type Desc = DescMessage | DescEnum | DescService;
const isDesc = (value: unknown): value is Desc =>
  typeof value === 'object' && value !== null && 'kind' in value && 'typeName' in value;

/** What the plug-in for TypeScript makes of each file: name of the export → value. */
async function generatedModules(): Promise<ReadonlyMap<string, unknown>[]> {
  const folder = new URL('./gen/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return await Promise.all(
    files
      .filter((file) => file.endsWith('_pb.ts'))
      .map(async (file) => new Map(Object.entries(await import(new URL(file, folder).href)))),
  );
}

describe('schemas', () => {
  const byTypeName = new Map(
    Object.entries(schemas).flatMap(([name, value]) =>
      isDesc(value) ? [[value.typeName, { name, value }]] : [],
    ),
  );
  const values = new Map<string, unknown>(Object.entries(schemas));

  it('are what the types were generated with', async () => {
    let compared = 0;
    for (const module of await generatedModules()) {
      for (const [name, expected] of module) {
        if (name.startsWith('file_')) continue;
        if (isDesc(expected)) {
          const found = byTypeName.get(expected.typeName);
          assert.deepEqual(found?.value.proto, expected.proto, expected.typeName);
        } else {
          const schema = module.get(`${name}Schema`);
          assert.ok(isDesc(schema), name);
          const found = byTypeName.get(schema.typeName)?.name.replace(/Schema$/, '');
          assert.deepEqual(values.get(found!), expected, schema.typeName);
        }
        compared++;
      }
    }
    assert.equal(compared, values.size);
  });

  it('are found by the names that the contract has, and by no others', () => {
    assert.equal(message('tensorflow.TensorProto'), door.TensorProtoSchema);
    assert.throws(() => message('tensorflow.NoSuch'), /the contract has no tensorflow\.NoSuch/);
    assert.throws(() => enumSchema('tensorflow.TensorProto'), /the contract has no/);
    assert.throws(() => enumValues('tensorflow.NoSuch'), /the contract has no/);
    assert.throws(() => service('tensorflow.TensorProto'), /the contract has no/);
  });

  it('of enums are frozen tables of numbers', () => {
    assert.equal(door.DataType.DT_FLOAT, 1);
    assert.equal(door.DataType.DT_BFLOAT16_REF, 114);
    assert.equal(door.ModelVersionStatus_State.AVAILABLE, 30);
    assert.ok(Object.isFrozen(door.DataType));
  });
});

describe('registry', () => {
  it('has every service under its full name', () => {
    const services = [...door.registry].filter(({ kind }) => kind === 'service');
    assert.deepEqual(services.map(({ typeName }) => typeName).sort(), [
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'tensorflow.ProfilerService',
      'tensorflow.serving.ModelService',
      'tensorflow.serving.PredictionService',
      'tensorflow.serving.SessionService',
    ]);
  });

  it('adds to the contract one field of Serval itself, far from the numbers of others', () => {
    const own = (typeName: string | undefined) => typeName?.startsWith('serval.') ?? false;
    const types = [...door.registry].filter(({ typeName }) => own(typeName));
    assert.deepEqual(types.map(({ typeName }) => typeName).sort(), [
      'serval.ModelOptions',
      'serval.ModelOptions.AspiredVersionPolicy',
      'serval.ModelOptions.Batching',
    ]);
    const added = [...door.registry].flatMap((type) =>
      type.kind === 'message' && !own(type.typeName)
        ? type.fields.filter((field) => own(field.message?.typeName ?? field.enum?.typeName))
        : [],
    );
    assert.deepEqual(
      added.map(({ parent, name, number }) => [parent.typeName, name, number]),
      [['tensorflow.serving.ModelConfig', 'serval', 20001]],
    );
  });

  it('has every file before those that import it, and the imports themselves', () => {
    const seen = new Set<string>();
    for (const file of door.registry.files) {
      for (const imported of file.dependencies) {
        assert.ok(seen.has(imported.name), `${imported.name} before ${file.name}`);
      }
      seen.add(file.name);
    }
    for (const name of ['google/protobuf/any', 'tensorflow_serving/apis/predict']) {
      assert.ok(seen.has(name), name);
    }
  });

  it('resolves what an Any holds, and works with the well-known types of the library', () => {
    const map = create(door.SignatureDefMapSchema, {
      signatureDef: { serving_default: { methodName: 'tensorflow/serving/predict' } },
    });
    const any = anyPack(door.SignatureDefMapSchema, map);
    assert.equal(any.typeUrl, 'type.googleapis.com/tensorflow.serving.SignatureDefMap');
    assert.deepEqual(anyUnpack(any, door.registry), map);
    const response = create(door.GetModelMetadataResponseSchema, {
      modelSpec: { name: 'm', versionChoice: { case: 'version', value: { value: 3n } } },
      metadata: { signature_def: any },
    });
    const received = fromBinary(
      door.GetModelMetadataResponseSchema,
      toBinary(door.GetModelMetadataResponseSchema, response),
    );
    assert.deepEqual(received, response);
    assert.equal(received.metadata.signature_def?.$typeName, AnySchema.typeName);
    const version = received.modelSpec?.versionChoice.value as { $typeName: string };
    assert.equal(version.$typeName, Int64ValueSchema.typeName);
  });
});

describe('index.ts', () => {
  it('passes on the generated values, not copies of them', () => {
    const source = new Map<string, unknown>(Object.entries(schemas));
    for (const [name, value] of Object.entries(door)) {
      if (name !== 'registry') assert.equal(value, source.get(name), name);
    }
  });
});
