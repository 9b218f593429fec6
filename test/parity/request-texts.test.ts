import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ServiceError, status } from '@grpc/grpc-js';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, type ServerProcess, startServer, zoo } from '../support/server.ts';
import { grpcRows } from './texts/grpc-rows.ts';
import { oddModel } from './texts/odd-model.ts';
import { restRows } from './texts/rest-rows.ts';
import type { RowServer } from './texts/row-server.ts';

/** A server with clients of both protocols. */
class Target implements AsyncDisposable {
  readonly rest: RestClient;
  readonly grpc: GrpcClient;
  readonly #server: ServerProcess;

  private constructor(server: ServerProcess) {
    this.#server = server;
    this.rest = new RestClient(server.rest);
    this.grpc = new GrpcClient(server.grpc);
  }

  static async start(...flags: string[]): Promise<Target> {
    return new Target(await startServer({ flags: [...flags, '--settle_seconds=0'] }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rest.close();
    this.grpc.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

describe('error texts of requests', { concurrency: 2 }, () => {
  for (const threads of [1, 2]) {
    describe(`with ${threads} data threads`, () => {
      let folder: string;
      const targets = new Map<RowServer | undefined, Target>();

      before(async () => {
        folder = await mkdtemp(path.join(tmpdir(), 'serval-odd-'));
        await mkdir(path.join(folder, '1'));
        await writeFile(path.join(folder, '1/saved_model.pb'), oddModel());
        const monitoring = path.join(folder, 'monitoring.config');
        await writeFile(monitoring, 'prometheus_config { enable: true }');
        const config = await modelConfig([
          {
            name: 'half_plus_two',
            base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'),
          },
          { name: 'multi_signature', base: path.join(zoo, 'models/multi_signature') },
          { name: 'signature_defaults', base: path.join(zoo, 'models/signature_defaults') },
          { name: 'loops', base: path.join(zoo, 'models/control_flow') },
          { name: 'odd', base: folder },
        ]);
        const data = `--data_threads=${threads}`;
        targets.set(undefined, await Target.start(config, data));
        const batching = path.join(folder, 'batching.config');
        await writeFile(batching, 'max_batch_size { value: 2 }');
        const batches = ['--enable_batching', `--batching_parameters_file=${batching}`];
        targets.set('batching', await Target.start(config, data, ...batches));
        targets.set('empty', await Target.start('--model_config_file=/dev/null', data));
        const strict = await Target.start(
          config,
          data,
          '--enable_signature_method_name_check',
          '--rest_api_timeout_in_ms=300',
          `--monitoring_config_file=${monitoring}`,
        );
        targets.set('strict', strict);
      });

      after(async () => {
        for (const target of targets.values()) await target[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      });

      for (const row of restRows) {
        test(`REST ${row.key}`, async () => {
          const { rest } = targets.get(row.server)!;
          const answer = await rest.send(row.method ?? 'POST', row.path, row.body);
          const body = answer.body.toString();
          if (row.isPlain) {
            assert.deepEqual([answer.status, body], [row.status, row.text]);
            return;
          }
          assert.equal(answer.headers['content-type'], 'application/json');
          assert.deepEqual(
            [answer.status, answer.json<{ readonly error: string }>().error],
            [row.status, row.text],
          );
          assert.match(body, /^\{\n {4}"error": ".*"\n\}$/);
        });
      }

      for (const row of grpcRows) {
        test(`gRPC ${row.key}`, async () => {
          const { grpc } = targets.get(row.server)!;
          const error = await grpc
            .raw(row.path, row.request, { deadline: Date.now() + 60_000 })
            .then(
              () => assert.fail('answered'),
              (thrown: ServiceError) => thrown,
            );
          assert.equal(status[error.code], row.code, error.details);
          if (typeof row.text === 'string') assert.equal(error.details, row.text);
          else assert.match(error.details, row.text);
        });
      }
    });
  }
});
