import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { RestClient } from '../support/rest-client.ts';
import { root, type ServerProcess, startServer } from '../support/server.ts';

const folder = path.join(root, 'examples');

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Other processors give other last digits; small probabilities may be off by more. */
function assertClose(got: Json | undefined, expected: Json, where = '$'): void {
  if (typeof expected === 'number') {
    assert.ok(typeof got === 'number', `${where}: ${JSON.stringify(got)} is no number`);
    const allowed = 1e-6 + 1e-4 * Math.abs(expected);
    assert.ok(Math.abs(got - expected) <= allowed, `${where}: ${got}, not ${expected}`);
  } else if (expected !== null && typeof expected === 'object') {
    assert.ok(got !== null && typeof got === 'object', `${where}: ${JSON.stringify(got)}`);
    assert.deepEqual(Object.keys(got).sort(), Object.keys(expected).sort(), where);
    for (const [key, value] of Object.entries(expected)) {
      assertClose((got as Record<string, Json>)[key], value, `${where}.${key}`);
    }
  } else {
    assert.equal(got, expected, where);
  }
}

let server: ServerProcess;
let client: RestClient;
before(async () => {
  const flags = [
    `--model_config_file=${folder}/models.config`,
    `--model_config_list_root_dir=${folder}/models`,
  ];
  server = await startServer({ flags });
  client = new RestClient(server.rest);
});
after(async () => {
  client?.close();
  await server?.[Symbol.asyncDispose]();
});

async function predict(urlPath: string, body: string): Promise<Json> {
  const answer = await client.send('POST', urlPath, body);
  assert.equal(answer.status, 200, answer.body.toString());
  return answer.json<Json>();
}

for (const name of readdirSync(path.join(folder, 'models')).sort()) {
  test(`the example ${name} gives the recorded reply`, async () => {
    const request = readFileSync(path.join(folder, 'requests', `${name}.json`), 'utf8');
    const reply = readFileSync(path.join(folder, 'replies', `${name}.json`), 'utf8');
    const got = await predict(`/v1/models/${name}:predict`, request);
    assertClose(got, JSON.parse(reply) as Json);
  });
}

test('every curl line of the README gives the answer that stands below it', async () => {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const pairs = [...readme.matchAll(/```sh\n(curl -d [^\n]*)\n```\n\n```json\n(.*?)```/gs)];
  assert.equal(pairs.length, readme.match(/^curl -d/gm)?.length);
  for (const [, line, answer] of pairs) {
    const pasted = line!.replace('http://localhost:8501', server.rest);
    assert.notEqual(pasted, line);
    const { stdout } = await promisify(execFile)('sh', ['-c', `${pasted} --silent --show-error`], {
      cwd: root,
    });
    assertClose(JSON.parse(stdout) as Json, JSON.parse(answer!) as Json, line);
  }
});
