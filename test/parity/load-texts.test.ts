import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  GetModelStatusRequestSchema,
  GetModelStatusResponseSchema,
} from '../../src/proto/index.ts';
import { codeName } from '../../src/status/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import {
  type ConfiguredModel,
  modelConfigText,
  type ServerProcess,
  startServer,
} from '../support/server.ts';
import { versionsUntil } from '../support/versions-folder.ts';
import { loadRows } from './texts/load-rows.ts';
import { logRows } from './texts/log-rows.ts';
import { oddModel } from './texts/odd-model.ts';
import { makeUnloadableModels } from './texts/unloadable-models.ts';

describe('error texts of loads', { concurrency: 2 }, () => {
  for (const threads of [1, 2]) {
    describe(`with ${threads} data threads`, () => {
      let folder: string;
      let server: ServerProcess;
      let rest: RestClient;
      let grpc: GrpcClient;
      let bases: ReadonlyMap<string, string>;

      const base = (model: string) => path.join(folder, model);
      const configFile = () => base('models.config');

      before(async () => {
        folder = await mkdtemp(path.join(tmpdir(), 'serval-load-texts-'));
        bases = await makeUnloadableModels(folder);
        for (const version of ['twice/1', 'twice/001', 'specific/1', 'moved/1', 'emptied/1']) {
          await mkdir(base(version), { recursive: true });
          await writeFile(path.join(base(version), 'saved_model.pb'), oddModel());
        }
        await mkdir(base('none'));

        const addedLater = ['slow', 'late', 'wrong_tags'];
        const unloadable = [...bases].filter(([name]) => !addedLater.includes(name));
        const models: ConfiguredModel[] = [
          ...unloadable.map(([name, base]) => ({ name, base })),
          ...['twice', 'none', 'nowhere', 'moved', 'emptied'].map((name) => ({
            name,
            base: base(name),
          })),
          { name: 'specific', base: base('specific'), policy: 'specific { versions: [1, 9] }' },
        ];
        const configure = async (...added: string[]) => {
          const all = [...models, ...added.map((name) => ({ name, base: bases.get(name)! }))];
          await replace(modelConfigText(all));
        };
        /** As a whole, since it is read at any time. */
        const replace = async (text: string) => {
          await writeFile(base('next.config'), text);
          await rename(base('next.config'), configFile());
        };
        await configure();
        server = await startServer({
          flags: [
            `--model_config_file=${configFile()}`,
            `--data_threads=${threads}`,
            '--model_config_file_poll_wait_seconds=1',
            '--start_policy=any',
            '--max_num_load_retries=0',
            '--settle_seconds=0',
            `--total_model_memory_limit_bytes=${2 ** 38}`,
            '--enable_batching',
            '--enable_per_model_batching_parameters',
            '--no_such_flag=1',
          ],
        });
        rest = new RestClient(server.rest);
        grpc = new GrpcClient(server.grpc);

        await rename(base('moved'), base('away'));
        await rm(base('emptied/1'), { recursive: true });
        const said = async (text: string) => await server.logged(new RegExp(text));
        await configure('wrong_tags');
        await said('failed to ReloadConfig: 1 model');
        // One load at a time: the second waits until it is not wanted any more.
        await configure('wrong_tags', 'slow');
        await versionsUntil(rest, 'slow', ([version]) => version?.state === 'LOADING');
        await configure('wrong_tags', 'slow', 'late');
        await versionsUntil(rest, 'late', ([version]) => version?.state === 'START');
        await configure('wrong_tags', 'slow');
        await versionsUntil(rest, 'late', ([version]) => version?.state === 'END');
        await replace(
          modelConfigText(models).replace(
            /\}\n$/,
            'config { name: "a" base_path: "/nowhere" model_platform: "zz" } }',
          ),
        );
        await said('requests unsupported platform zz');
        await replace('{');
        await said('Failed to read ModelServerConfig file');
        await replace('');
        await said('Cannot transition');
      });

      after(async () => {
        rest.close();
        grpc.close();
        await server[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      });

      for (const { key, model, code, text } of loadRows) {
        test(`load ${key}`, async () => {
          const expected = text.replaceAll('PATH', path.join(bases.get(model)!, '1'));
          const [version] = await versionsUntil(rest, model, ([first]) => first?.state === 'END');
          assert.deepEqual(version?.status, { error_code: code, error_message: expected });
          const { modelVersionStatus } = await grpc.call(
            '/tensorflow.serving.ModelService/GetModelStatus',
            GetModelStatusRequestSchema,
            GetModelStatusResponseSchema,
            { modelSpec: { name: model } },
          );
          const { errorCode, errorMessage } = modelVersionStatus[0]!.status!;
          assert.deepEqual([codeName(errorCode), errorMessage], [code, expected]);
        });
      }

      for (const { key, text } of logRows) {
        test(`log ${key}`, async () => {
          const expected = text.replaceAll('BASE', folder);
          const pattern = expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
          await server.logged(new RegExp(`${pattern}("|\\n)`));
        });
      }
    });
  }
});
