import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ServiceError, status } from '@grpc/grpc-js';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, root, type ServerProcess, startServer, zoo } from '../support/server.ts';
import { grpcRows } from './texts/grpc-rows.ts';
import { oddModel } from './texts/odd-model.ts';
import { restRows } from './texts/rest-rows.ts';
import { specTexts } from './texts/spec-texts.ts';

const rows = [...restRows, ...grpcRows];
const idOf = (key: string) => key.replace(/#.*/, '');

test('every row has a key of its own, and every text of the spec a row or a proof', async () => {
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  const ids = specTexts.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const inRows = new Set(rows.map(({ key }) => idOf(key)));
  assert.deepEqual(
    [...inRows].filter((id) => !ids.includes(id)),
    [],
  );
  for (const { id, text, provedBy, unproved } of specTexts) {
    assert.equal(inRows.has(id), provedBy === undefined && unproved === undefined, id);
    if (provedBy === undefined) continue;
    const proof = await readFile(path.join(root, provedBy), 'utf8');
    assert.ok(proof.includes(text), `${provedBy}: ${text}`);
  }
});

test('every row has the text that the spec has', () => {
  for (const { key, text } of rows) {
    if (typeof text !== 'string') continue;
    const spec = specTexts.find(({ id }) => id === idOf(key))!.text;
    const parts = spec
      .split(/<[^ ][^>]*>?/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    assert.match(text, new RegExp(parts.join('[^]*')));
  }
});

for (const { id, text } of specTexts.filter(({ unproved }) => unproved)) {
  test.todo(`${id}: ${text}`);
}

for (const threads of [1, 2]) {
  describe(`error texts, with ${threads} data threads`, () => {
    let folder: string;
    let server: ServerProcess;
    let rest: RestClient;
    let grpc: GrpcClient;
    let checking: ServerProcess;
    let checkingGrpc: GrpcClient;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'serval-odd-'));
      await mkdir(path.join(folder, '1'));
      await writeFile(path.join(folder, '1/saved_model.pb'), oddModel());
      const config = await modelConfig([
        { name: 'half_plus_two', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu') },
        { name: 'multi_signature', base: path.join(zoo, 'models/multi_signature') },
        { name: 'signature_defaults', base: path.join(zoo, 'models/signature_defaults') },
        { name: 'odd', base: folder },
      ]);
      const flags = [config, `--data_threads=${threads}`, '--settle_seconds=0'];
      server = await startServer({ flags });
      checking = await startServer({ flags: [...flags, '--enable_signature_method_name_check'] });
      rest = new RestClient(server.rest);
      grpc = new GrpcClient(server.grpc);
      checkingGrpc = new GrpcClient(checking.grpc);
    });

    after(async () => {
      rest.close();
      grpc.close();
      checkingGrpc.close();
      await server[Symbol.asyncDispose]();
      await checking[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    for (const row of restRows) {
      test(`REST ${row.key}`, async () => {
        const answer = await rest.send(row.method ?? 'POST', row.path, row.body);
        assert.equal(answer.headers['content-type'], 'application/json');
        assert.deepEqual(
          [answer.status, answer.json<{ readonly error: string }>().error],
          [row.status, row.text],
        );
        assert.match(answer.body.toString(), /^\{\n {4}"error": ".*"\n\}$/);
      });
    }

    for (const row of grpcRows) {
      test(`gRPC ${row.key}`, async () => {
        const client = row.checksMethodName ? checkingGrpc : grpc;
        const error = await client
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
