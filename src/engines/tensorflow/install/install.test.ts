import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Code, type StatusError } from '../../../status/index.ts';
import { installTensorFlow } from './install.ts';
import type { InstallProgress } from './progress.ts';
import { writeFakePython } from './testing/fake-python.ts';
import { fakeLibraries, fakeWheelName, writeFakeWheel } from './testing/fake-wheel.ts';

let folder = '';
let fake: Awaited<ReturnType<typeof writeFakeWheel>>;
/** A Python whose pip downloads the fake wheel. */
let python = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serval-install-'));
  fake = await writeFakeWheel(folder);
  python = await writeFakePython(folder, `cp '${fake.path}' "$destination"`);
});
after(() => rm(folder, { recursive: true, force: true }));

const environment = process.env;

async function settings() {
  const cacheDir = await mkdtemp(join(folder, 'cache-'));
  return { cacheDir, python, environment, platform: 'linux-x64', wheel: fake.wheel };
}

const engines = (cacheDir: string) => readdir(join(cacheDir, 'engines/tensorflow'));

async function refusal(run: Promise<unknown>): Promise<StatusError> {
  try {
    await run;
  } catch (error) {
    const status = error as StatusError;
    assert.equal(status.name, 'StatusError', String(status.stack));
    assert.ok(!status.message.includes('\n'), `one line: ${status.message}`);
    return status;
  }
  return assert.fail('the install should have failed');
}

test('installs the two libraries and the licence texts, nothing else', async () => {
  const options = await settings();
  const seen: InstallProgress[] = [];
  const installed = await installTensorFlow({ ...options, progress: (event) => seen.push(event) });
  assert.equal(installed.directory, join(options.cacheDir, 'engines/tensorflow/2.21.0-linux-x64'));
  assert.equal(installed.bytes, fake.wheel.unpackedBytes);
  assert.deepEqual((await readdir(installed.directory)).sort(), [
    'LICENSE',
    'THIRD_PARTY_NOTICES.txt',
    'engine.json',
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
  ]);
  const cc = await readFile(join(installed.directory, 'libtensorflow_cc.so.2'));
  assert.ok(cc.equals(fakeLibraries.cc));
  assert.deepEqual(await engines(options.cacheDir), ['2.21.0-linux-x64']);
  for (const phase of ['download', 'verify', 'unpack']) {
    const events = seen.filter((event) => event.phase === phase);
    assert.equal(events[0]?.doneBytes, 0);
    assert.equal(events.at(-1)?.doneBytes, events.at(-1)?.totalBytes, phase);
  }
});

test('an installed copy is returned without asking Python', async () => {
  const options = await settings();
  const first = await installTensorFlow(options);
  const second = await installTensorFlow({ ...options, python: '/no/such/python' });
  assert.deepEqual(second, first);
});

test('a damaged copy is replaced', async () => {
  const options = await settings();
  const { directory } = await installTensorFlow(options);
  await truncate(join(directory, 'libtensorflow_cc.so.2'), 10);
  await installTensorFlow(options);
  const cc = await readFile(join(directory, 'libtensorflow_cc.so.2'));
  assert.equal(cc.length, fakeLibraries.cc.length);
  assert.deepEqual(await engines(options.cacheDir), ['2.21.0-linux-x64']);
});

test('installs at the same time end with one whole copy', async () => {
  const options = await settings();
  const all = await Promise.all(Array.from({ length: 4 }, () => installTensorFlow(options)));
  for (const installed of all) assert.deepEqual(installed, all[0]);
  assert.deepEqual(await engines(options.cacheDir), ['2.21.0-linux-x64']);
});

for (const phase of ['download', 'verify', 'unpack'] as const) {
  test(`an install killed at ${phase} leaves nothing that counts, and the next one tidies up`, async () => {
    const options = await settings();
    const program = `
      import { installTensorFlow } from ${JSON.stringify(new URL('install.ts', import.meta.url))};
      const options = JSON.parse(process.argv[1]);
      await installTensorFlow({ ...options, progress(event) {
        if (event.phase === '${phase}' && event.doneBytes === event.totalBytes) process.kill(process.pid, 'SIGKILL');
      }});`;
    const { environment: _, ...plain } = options;
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      program,
      JSON.stringify(plain),
    ]);
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL');
    const left = await engines(options.cacheDir);
    assert.equal(left.length, 1);
    assert.match(left[0]!, /^\.installing-/);
    await installTensorFlow(options);
    assert.deepEqual(await engines(options.cacheDir), ['2.21.0-linux-x64']);
  });
}

test('the folder of an install that is still going on, here or elsewhere, is left alone', async () => {
  const options = await settings();
  const root = join(options.cacheDir, 'engines/tensorflow');
  const mine = `.installing-${hostname()}-${process.pid}-00000000`;
  const elsewhere = '.installing-another-machine-1-00000000';
  for (const name of [mine, elsewhere]) await mkdir(join(root, name), { recursive: true });
  await installTensorFlow(options);
  assert.deepEqual(
    (await engines(options.cacheDir)).sort(),
    [mine, elsewhere, '2.21.0-linux-x64'].sort(),
  );
});

test('an aborted install ends pip and leaves nothing', async () => {
  const options = await settings();
  const started = join(folder, 'started');
  const slow = await writeFakePython(folder, `echo $$ > '${started}'; exec tail -f /dev/null`);
  const abort = new AbortController();
  const run = refusal(
    installTensorFlow({
      ...options,
      python: slow,
      signal: abort.signal,
      progress: () =>
        void readFile(started).then(
          () => abort.abort(),
          () => {},
        ),
    }),
  );
  const status = await run;
  assert.equal(status.code, Code.CANCELLED);
  assert.deepEqual(await engines(options.cacheDir), []);
  const pid = Number(await readFile(started, 'utf8'));
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('another file than the pinned one is refused with both hashes', async () => {
  const options = await settings();
  const wheel = { ...fake.wheel, sha256: 'f'.repeat(64) };
  const status = await refusal(installTensorFlow({ ...options, wheel }));
  assert.equal(status.code, Code.DATA_LOSS);
  assert.ok(status.message.includes(fake.wheel.sha256) && status.message.includes(wheel.sha256));
  assert.match(status.message, /nothing was installed/);
  assert.deepEqual(await engines(options.cacheDir), []);
});

test('without Python: says how to get it', async () => {
  const status = await refusal(
    installTensorFlow({ ...(await settings()), python: join(folder, 'no-python') }),
  );
  assert.equal(status.code, Code.FAILED_PRECONDITION);
  assert.match(status.message, /Python 3 with pip is needed.*apt-get install python3-pip/);
});

test('without pip: says how to get it', async () => {
  const bare = await writeFakePython(folder, 'echo "$0: No module named pip" >&2; exit 1');
  const status = await refusal(installTensorFlow({ ...(await settings()), python: bare }));
  assert.equal(status.code, Code.FAILED_PRECONDITION);
  assert.match(status.message, /has no pip.*ensurepip/);
});

test('anything else that stops pip: its own words, in one line', async () => {
  const odd = await writeFakePython(
    folder,
    'echo "WARNING: noise" >&2; echo "ERROR: Hashes are required" >&2; echo "more" >&2; exit 1',
  );
  const status = await refusal(installTensorFlow({ ...(await settings()), python: odd }));
  assert.match(status.message, /pip says "Hashes are required"\. Look at pip's settings/);
});

test('a full disk: before the download and during it', async () => {
  const options = await settings();
  const wheel = { ...fake.wheel, bytes: 1e18 };
  const early = await refusal(installTensorFlow({ ...options, wheel }));
  assert.match(early.message, /needs 1000000000\.0 GB of disk space.*SERVAL_CACHE_DIR/);
  const full = await writeFakePython(
    folder,
    'echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >&2; exit 1',
  );
  const late = await refusal(installTensorFlow({ ...options, python: full }));
  assert.equal(late.code, Code.FAILED_PRECONDITION);
  assert.match(late.message, /disk is full.*SERVAL_CACHE_DIR/);
});

test('a cache that cannot be written: says how to choose another', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const status = await refusal(
    installTensorFlow({ ...(await settings()), cacheDir: join(file, 'cache') }),
  );
  assert.equal(status.code, Code.FAILED_PRECONDITION);
  assert.match(status.message, /Cannot write to .*SERVAL_CACHE_DIR/);
});

test('a platform without TensorFlow: names those that have it', async () => {
  const { wheel: _, ...options } = await settings();
  const status = await refusal(installTensorFlow({ ...options, platform: 'linux-riscv64' }));
  assert.equal(status.code, Code.UNIMPLEMENTED);
  assert.match(status.message, /linux-riscv64.*linux-x64, linux-arm64, darwin-arm64/);
});

test('an archive without the libraries is refused', async () => {
  const options = await settings();
  const status = await refusal(installTensorFlow({ ...options, platform: 'darwin-arm64' }));
  assert.equal(status.code, Code.DATA_LOSS);
  assert.match(status.message, /libtensorflow_framework\.2\.dylib is not in/);
});

/** Settings with the real Python, whose pip asks this index only. */
async function settingsWithIndex(port: number) {
  return {
    ...(await settings()),
    python: 'python3',
    environment: {
      PATH: process.env.PATH,
      HOME: folder,
      NO_PROXY: '127.0.0.1',
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: `http://127.0.0.1:${port}/simple`,
      PIP_RETRIES: '1',
      PIP_NO_CACHE_DIR: '1',
    },
  };
}

async function withIndex<T>(links: string, use: (port: number) => Promise<T>): Promise<T> {
  const content = await readFile(fake.path);
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.whl')) response.end(content);
    else response.setHeader('content-type', 'text/html').end(links);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test('the real pip takes the wheel of the tags from the index that the user has set', async () => {
  const other = fakeWheelName.replace('cp312-cp312', 'cp311-cp311');
  const links = [other, fakeWheelName].map((name) => `<a href="/files/${name}">${name}</a>`);
  await withIndex(links.join('\n'), async (port) => {
    const installed = await installTensorFlow(await settingsWithIndex(port));
    assert.equal(installed.bytes, fake.wheel.unpackedBytes);
  });
});

test('the real pip on an index without the wheel: says so', async () => {
  await withIndex('', async (port) => {
    const status = await refusal(installTensorFlow(await settingsWithIndex(port)));
    assert.equal(status.code, Code.FAILED_PRECONDITION);
    assert.match(status.message, /index that pip asks does not offer it/);
  });
});

test('the real pip without a network: says so', async () => {
  const closed = await withIndex('', async (port) => port);
  const status = await refusal(installTensorFlow(await settingsWithIndex(closed)));
  assert.equal(status.code, Code.UNAVAILABLE);
  assert.match(status.message, /could not reach its package index.*Check the network/);
});
