import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Code } from '../../../status/index.ts';
import { listEngines, removeEngine } from '../../manage.ts';
import { cacheDirectory } from './cache.ts';
import { ensureTensorFlowLibraries } from './ensure.ts';
import { installTensorFlow } from './install.ts';
import { locateTensorFlowLibraries } from './locate.ts';
import { isCompatibleVersion } from './release.ts';
import { writeFakePython } from './testing/fake-python.ts';
import { writeFakeWheel } from './testing/fake-wheel.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serval-locate-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const platform = 'linux-x64';

async function libraries(name: string): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'libtensorflow_framework.so.2'), '');
  await writeFile(join(directory, 'libtensorflow_cc.so.2'), '');
  return directory;
}

/** An environment whose real Python has this version of a TensorFlow that can't be imported. */
async function pythonWith(version: string) {
  const site = await mkdtemp(join(folder, 'site-'));
  await mkdir(join(site, `tensorflow_cpu-${version}.dist-info`));
  await writeFile(
    join(site, `tensorflow_cpu-${version}.dist-info/METADATA`),
    `Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: ${version}\n`,
  );
  const directory = await libraries(`${site.slice(folder.length + 1)}/tensorflow`);
  await writeFile(join(directory, '__init__.py'), 'raise RuntimeError("imported")\n');
  const environment = { PATH: process.env.PATH, PYTHONPATH: site };
  return { directory, environment };
}

async function installed(cacheDir: string) {
  const { path, wheel } = await writeFakeWheel(folder);
  const python = await writeFakePython(folder, `cp '${path}' "$destination"`);
  return { cacheDir, python, environment: {}, platform, wheel };
}

test('the order is: option, environment, cache, Python', async () => {
  const option = await libraries('option');
  const variable = await libraries('variable');
  const cacheDir = join(folder, 'cache');
  const copy = await installTensorFlow(await installed(cacheDir));
  const python = await pythonWith('2.21.0');

  const environment = { ...python.environment, SERVAL_TENSORFLOW_LIBRARY_PATH: variable };
  const all = { libraryPath: option, environment, cacheDir, platform };
  const locate = locateTensorFlowLibraries;
  assert.deepEqual(await locate(all), {
    framework: join(option, 'libtensorflow_framework.so.2'),
    cc: join(option, 'libtensorflow_cc.so.2'),
    origin: 'option',
    version: null,
  });
  const second = await locate({ ...all, libraryPath: '' });
  assert.equal(second.origin, 'environment');
  assert.equal(second.cc, join(variable, 'libtensorflow_cc.so.2'));
  const third = await locate({ cacheDir, platform, environment: python.environment });
  assert.deepEqual([third.origin, third.version], ['cache', '2.21.0']);
  assert.equal(third.framework, join(copy.directory, 'libtensorflow_framework.so.2'));
  const last = await locate({ cacheDir: folder, platform, environment: python.environment });
  assert.deepEqual([last.origin, last.version], ['python', '2.21.0']);
  assert.equal(last.cc, join(python.directory, 'libtensorflow_cc.so.2'));
});

test('the path of a library will do for its folder', async () => {
  const directory = await libraries('by-file');
  const libraryPath = join(directory, 'libtensorflow_cc.so.2');
  const found = await locateTensorFlowLibraries({ libraryPath, platform });
  assert.equal(found.framework, join(directory, 'libtensorflow_framework.so.2'));
});

test('a place that was named is final, and the error says what is missing there', async () => {
  const python = await pythonWith('2.21.0');
  const environment = {
    ...python.environment,
    SERVAL_TENSORFLOW_LIBRARY_PATH: join(folder, 'nowhere'),
  };
  await assert.rejects(locateTensorFlowLibraries({ environment, platform }), {
    code: Code.FAILED_PRECONDITION,
    message: `The TensorFlow libraries are not in ${join(folder, 'nowhere')} (from SERVAL_TENSORFLOW_LIBRARY_PATH): a folder with libtensorflow_framework.so.2 and libtensorflow_cc.so.2 is needed.`,
  });
  const libraryPath = folder;
  await assert.rejects(locateTensorFlowLibraries({ libraryPath, environment: {}, platform }), {
    code: Code.FAILED_PRECONDITION,
    message: /^The TensorFlow libraries are not in [^(]*: a folder/,
  });
});

test('an older TensorFlow in Python is not taken, and the error says that it was seen', async () => {
  const { environment } = await pythonWith('2.15.1');
  await assert.rejects(locateTensorFlowLibraries({ environment, cacheDir: folder, platform }), {
    code: Code.NOT_FOUND,
    message: /in Python, which has TensorFlow 2\.15\.1\)\. Run "serval engine install tensorflow"/,
  });
});

test('a Python that is not there, breaks or babbles is no TensorFlow and no failure', async () => {
  const broken = await writeFakePython(folder, 'exit 3');
  const babbling = await writeFakePython(folder, 'echo hello');
  for (const python of [join(folder, 'none'), broken, babbling]) {
    await assert.rejects(
      locateTensorFlowLibraries({ python, environment: {}, cacheDir: folder, platform }),
      { code: Code.NOT_FOUND },
    );
  }
});

test('the pinned version and later ones of the same major number are compatible', () => {
  for (const good of ['2.21.0', '2.21.1', '2.22.0', '2.100.3']) {
    assert.ok(isCompatibleVersion(good), good);
  }
  for (const bad of ['2.20.0', '2.3.0', '1.15.0', '3.0.0', '', 'nightly']) {
    assert.ok(!isCompatibleVersion(bad), bad);
  }
});

test('the cache folder follows SERVAL_CACHE_DIR, XDG_CACHE_HOME, HOME', () => {
  const environment = { SERVAL_CACHE_DIR: '/s', XDG_CACHE_HOME: '/x', HOME: '/h' };
  assert.equal(cacheDirectory(environment), '/s');
  assert.equal(cacheDirectory({ ...environment, SERVAL_CACHE_DIR: '' }), '/x/serval');
  assert.equal(cacheDirectory({ XDG_CACHE_HOME: 'relative', HOME: '/h' }), '/h/.cache/serval');
});

test('a start installs what is missing, unless told not to', async () => {
  const options = await installed(join(folder, 'ensured'));
  await assert.rejects(ensureTensorFlowLibraries({ ...options, install: false }), {
    code: Code.NOT_FOUND,
  });
  const found = await ensureTensorFlowLibraries({ ...options, install: true });
  assert.equal(found.origin, 'cache');
});

test('a start with a wrong place does not install', async () => {
  const options = await installed(join(folder, 'not-ensured'));
  const libraryPath = join(folder, 'nowhere');
  await assert.rejects(ensureTensorFlowLibraries({ ...options, libraryPath, install: true }), {
    code: Code.FAILED_PRECONDITION,
  });
});

test('engines are listed with what is there, and removed', async () => {
  const options = await installed(join(folder, 'listed'));
  const look = { cacheDir: options.cacheDir, environment: {}, python: 'none', platform };
  const [before] = await listEngines(look);
  assert.deepEqual([before?.installed, before?.active], [[], null]);
  assert.match(before?.problem ?? '', /serval engine install tensorflow/);

  const copy = await installTensorFlow(options);
  const [listed] = await listEngines(look);
  assert.deepEqual(listed?.installed, [copy]);
  assert.deepEqual([listed?.active?.origin, listed?.problem], ['cache', null]);

  assert.deepEqual(await removeEngine('tensorflow', look), [copy]);
  assert.deepEqual(await removeEngine('tensorflow', look), []);
  const [after] = await listEngines(look);
  assert.deepEqual(after?.installed, []);
});

test('an engine that nobody knows is refused with those that are known', async () => {
  await assert.rejects(removeEngine('onyx'), {
    code: Code.INVALID_ARGUMENT,
    message: 'There is no engine "onyx" to install; there is: tensorflow, tensorflow-text.',
  });
});
