import assert from 'node:assert/strict';
import type { Tally } from './tally.ts';
import { runProgram } from './tools.ts';

const prediction = 'tensorflow.serving.PredictionService';
const halfPlusTwo = 'saved_model_half_plus_two_cpu';

/** grpcurl without any .proto file: lists, describes and calls by reflection. */
export async function checkGrpcurl(tally: Tally, grpcurl: string, address: string): Promise<void> {
  const call = (...args: string[]) => runProgram(grpcurl, ['-plaintext', ...args]);

  async function succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await call(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  async function ask<T>(method: string, request: unknown): Promise<T> {
    return JSON.parse(await succeed('-d', JSON.stringify(request), address, method)) as T;
  }

  await tally.check('grpcurl list', async () => {
    const services = (await succeed(address, 'list')).trim().split('\n');
    for (const service of [
      prediction,
      'tensorflow.serving.ModelService',
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
    ]) {
      assert.ok(services.includes(service), `${service} is not in ${services.join(' ')}`);
    }
  });

  await tally.check('grpcurl list of a service', async () => {
    const methods = (await succeed(address, 'list', prediction)).trim().split('\n');
    for (const method of ['Predict', 'GetModelMetadata']) {
      assert.ok(methods.includes(`${prediction}.${method}`), methods.join(' '));
    }
  });

  await tally.check('grpcurl describe of every service', async () => {
    const text = await succeed(address, 'describe');
    assert.match(text, /rpc Predict \( \.tensorflow\.serving\.PredictRequest \)/);
  });

  await tally.check('grpcurl describe of a message', async () => {
    const text = await succeed(address, 'describe', 'tensorflow.serving.PredictRequest');
    assert.match(text, /map<string, \.tensorflow\.TensorProto> inputs = 2;/);
  });

  await tally.check('grpcurl Predict', async () => {
    interface Reply {
      readonly outputs: {
        readonly y: { readonly floatVal?: number[]; readonly tensorContent?: string };
      };
      readonly modelSpec: { readonly name: string; readonly version: string };
    }
    const { outputs, modelSpec } = await ask<Reply>(`${prediction}/Predict`, {
      model_spec: { name: halfPlusTwo },
      inputs: {
        x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: 3 }] }, float_val: [1, 2, 5] },
      },
    });
    const { floatVal, tensorContent } = outputs.y;
    const bytes = Buffer.from(tensorContent ?? '', 'base64');
    const y = floatVal ?? [0, 4, 8].map((offset) => bytes.readFloatLE(offset));
    assert.deepEqual(y, [2.5, 3, 4.5]);
    assert.deepEqual([modelSpec.name, modelSpec.version], [halfPlusTwo, '123']);
  });

  await tally.check('grpcurl GetModelStatus', async () => {
    interface Reply {
      readonly model_version_status: readonly {
        readonly version: string;
        readonly state: string;
      }[];
    }
    const { model_version_status: states } = await ask<Reply>(
      'tensorflow.serving.ModelService/GetModelStatus',
      { model_spec: { name: halfPlusTwo } },
    );
    assert.deepEqual(
      states.map(({ version, state }) => [version, state]),
      [['123', 'AVAILABLE']],
    );
  });

  await tally.check('grpcurl GetModelMetadata, whose Any needs reflection', async () => {
    const text = await succeed(
      '-d',
      JSON.stringify({ model_spec: { name: halfPlusTwo }, metadata_field: ['signature_def'] }),
      address,
      `${prediction}/GetModelMetadata`,
    );
    assert.match(text, /"@type": "type\.googleapis\.com\/tensorflow\.serving\.SignatureDefMap"/);
    assert.match(text, /"methodName": "tensorflow\/serving\/predict"/);
  });

  await tally.check('grpcurl health', async () => {
    assert.deepEqual(await ask('grpc.health.v1.Health/Check', {}), { status: 'SERVING' });
  });

  await tally.check('grpcurl on an unknown model', async () => {
    const { code, stderr } = await call(
      '-d',
      '{"model_spec": {"name": "nobody"}}',
      address,
      `${prediction}/Predict`,
    );
    assert.notEqual(code, 0);
    assert.match(stderr, /Code: NotFound/);
  });

  for (const version of ['v1', 'v1alpha']) {
    await tally.check(`grpcurl calls reflection ${version} itself`, async () => {
      interface Reply {
        readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] };
      }
      const method = `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      const { listServicesResponse } = await ask<Reply>(method, { list_services: '' });
      const names = listServicesResponse.service.map(({ name }) => name);
      assert.ok(names.includes(prediction), names.join(' '));
    });
  }
}
