import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, zoo } from '../support/server.ts';

const folder = path.join(zoo, 'broken');

interface Answer {
  readonly http_status: number;
  readonly body: unknown;
}

interface Expectations {
  readonly models: Readonly<
    Record<string, { readonly server_status?: Answer; readonly server_predict?: Answer }>
  >;
}

const { models } = JSON.parse(
  readFileSync(path.join(folder, 'expectations.json'), 'utf8'),
) as Expectations;

/** What TFS says of each, with its placeholders filled in. */
function expected(answer: Answer): Answer {
  const text = JSON.stringify(answer).replaceAll('BASE', folder).replaceAll('HOST', hostname());
  return JSON.parse(text) as Answer;
}

/** A body for the signature that the broken models have: `x`, 64 floats a row. */
const body = { instances: [new Array<number>(64).fill(0)] };

test('each broken model is reported as TensorFlow Serving reports it', async (t) => {
  // Git keeps no empty folder.
  const names = Object.keys(models).filter((name) => existsSync(path.join(folder, name, '1')));
  const config = await modelConfig(names.map((name) => ({ name, base: path.join(folder, name) })));
  await using server = await startServer({
    flags: [
      config,
      '--start_policy=any',
      '--max_num_load_retries=0',
      // The warm-up of a wrong shape is to reach TensorFlow, as in TFS.
      '--check_tensor_shapes=false',
    ],
    env: { TF_ENABLE_ONEDNN_OPTS: '0' },
  });
  const rest = new RestClient(server.rest);
  for (const name of names) {
    const { server_status: status, server_predict: predict } = models[name]!;
    await t.test(name, async () => {
      const got = await rest.get(`/v1/models/${name}`);
      if (name === 'unknown_op') {
        // TFS loads it and fails its requests; TensorFlow's C API refuses the graph as a whole.
        assert.match(got.body.toString(), /"state": "END"[\s\S]*Op type not registered 'Frob/);
        return;
      }
      assert.deepEqual({ http_status: got.status, body: got.json() }, expected(status!));
      if (predict === undefined) return;
      const answer = await rest.post(`/v1/models/${name}:predict`, body);
      const { error } = answer.json<{ readonly error: string }>();
      const wanted = expected(predict);
      assert.equal(answer.status, wanted.http_status, error);
      const { error: text } = wanted.body as { readonly error: string };
      // Names of functions that TensorFlow makes up differ from run to run.
      const stable = (one: string) => one.replace(/__inference_serve_\d+/g, '__inference_serve');
      assert.equal(stable(error), stable(text));
    });
  }
  rest.close();
});
