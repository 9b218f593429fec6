import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from './command-line.ts';
import { MemoryTerminal } from './testing/memory-terminal.ts';

const zoo = fileURLToPath(new URL('../../test/zoo/', import.meta.url));
const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');

async function inspect(...args: string[]) {
  const terminal = new MemoryTerminal();
  const code = await runCommandLine(['inspect', ...args], 'serval', {}, terminal);
  return { code, out: terminal.written, errors: terminal.errorsWritten };
}

describe('inspect', () => {
  it('shows signatures, assets, ops and size of every version under a base path', async () => {
    const { code, out, errors } = await inspect(halfPlusTwo);
    assert.deepEqual([code, errors], [0, '']);
    assert.match(
      out,
      /saved_model_half_plus_two_cpu\/00000123\n {2}SavedModel \(binary\), version 123, \d+ kB\n/,
    );
    assert.match(out, /Tags: serve/);
    assert.match(
      out,
      /Signature serving_default {2}\(tensorflow\/serving\/predict\)\n {6}input {3}x +float +\[\?(,1)?\] +x:0\n {6}output {2}y +float/,
    );
    assert.match(out, /Assets \(1\)\n {6}foo\.txt\n/);
    assert.match(out, /Ops \(\d+\)\n/);
  });

  it('shows the same as JSON', async () => {
    const { code, out } = await inspect(halfPlusTwo, '--json');
    assert.equal(code, 0);
    const { saved_models: models } = JSON.parse(out);
    assert.equal(models.length, 1);
    assert.equal(models[0].version, '123');
    const [graph] = models[0].meta_graphs;
    assert.deepEqual(graph.tags, ['serve']);
    assert.equal(graph.signatures.serving_default.inputs.x.dtype, 'DT_FLOAT');
    assert.ok(graph.ops.includes('Mul'));
    assert.deepEqual(graph.assets, ['foo.txt']);
  });

  it('shows only the tags and signature asked for', async () => {
    const several = path.join(zoo, 'models/several_tags');
    const { out } = await inspect(several, '--json', '--tags=gpu,serve');
    const [model] = JSON.parse(out).saved_models;
    assert.deepEqual(model.meta_graphs.length, 1);
    assert.deepEqual([...model.meta_graphs[0].tags].sort(), ['gpu', 'serve']);

    const multi = path.join(zoo, 'models/multi_signature');
    const one = await inspect(multi, '--signature', 'add');
    assert.match(one.out, /Signature add /);
    assert.doesNotMatch(one.out, /Signature casts /);
  });

  const failures: [args: string[], error: RegExp][] = [
    [[], /^serval: Give one folder: serval inspect/],
    [['a', 'b'], /^serval: Give one folder/],
    [[halfPlusTwo, '--jason'], /^serval: There is no option --jason\. Did you mean --json\?\n$/],
    [['/no/such/folder'], /^serval: \/no\/such\/folder; No such file or directory\n$/],
    [[halfPlusTwo, '--tags=gpu'], /It has tags: serve; signatures: .*serving_default/],
    [[halfPlusTwo, '--signature=none'], /It has tags: serve; signatures: .*serving_default/],
    [[path.join(zoo, 'broken/no_graph')], /saved_model\.pb.* Specified file path: .*no_graph/],
  ];
  for (const [args, error] of failures) {
    it(`says in one line what is wrong with ${JSON.stringify(args.map((arg) => path.basename(arg)))}`, async () => {
      const { code, out, errors } = await inspect(...args);
      assert.deepEqual([code, out], [255, '']);
      assert.match(errors, error);
      assert.equal(errors.indexOf('\n'), errors.length - 1, errors);
    });
  }
});

describe('inspect --run', () => {
  /** In a process of its own: TensorFlow stays in a process once it is loaded. */
  function inspectRun(args: readonly string[], env?: NodeJS.ProcessEnv) {
    const program = fileURLToPath(new URL('../../bin/serval.js', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'inspect', ...args], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, ...env },
    });
    return { status, stdout, stderr: withoutNotice(stderr) };
  }

  /**
   * Without what TensorFlow writes while its library is loaded, on some processors only and before
   * it looks at any log level.
   */
  function withoutNotice(stderr: string): string {
    return stderr
      .replace(/^WARNING: All log messages before absl::InitializeLog\(\) is called .*\n/m, '')
      .replace(/^I0000 .* oneDNN custom operations are on\..*\n/m, '');
  }

  it('answers as a server would', () => {
    const { status, stdout, stderr } = inspectRun([
      halfPlusTwo,
      '--run',
      '{"instances": [1, 2, 5]}',
    ]);
    assert.deepEqual([status, JSON.parse(stdout), stderr], [0, { predictions: [2.5, 3, 4.5] }, '']);
  });

  it('runs the signature that --signature names, whatever the body says', () => {
    const add = path.join(zoo, 'models/multi_signature');
    const body = '{"signature_name": "scalar", "inputs": {"a": 1, "b": 2}}';
    const { status, stdout, stderr } = inspectRun([add, `--run=${body}`, '--signature=add']);
    assert.deepEqual([status, JSON.parse(stdout), stderr], [0, { outputs: 3 }, '']);
  });

  it('says in one line why a run failed', () => {
    const { status, stdout, stderr } = inspectRun([halfPlusTwo, '--run={"instances": ["a"]}']);
    assert.deepEqual([status, stdout], [255, '']);
    assert.match(stderr, /^[^\n]*JSON Value: "a" Type: String is not of expected type: float\n$/);
  });

  it('says in one line why a model cannot be loaded', () => {
    const broken = path.join(zoo, 'broken/unknown_op');
    const { status, stdout, stderr } = inspectRun([broken, '--run={"instances": [1]}']);
    assert.deepEqual([status, stdout], [255, '']);
    assert.match(stderr, /^serval: Op type not registered [^\n]*\n$/);
  });

  it('says what to do where there is no TensorFlow and none may be installed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'serval-inspect-'));
    after(() => rmSync(folder, { recursive: true }));
    const args = [halfPlusTwo, '--run={"instances": [1]}', '--install_engine=false'];
    const { status, stdout, stderr } = inspectRun(args, {
      SERVAL_CACHE_DIR: folder,
      PATH: folder,
      SERVAL_TENSORFLOW_LIBRARY_PATH: undefined,
    });
    assert.deepEqual([status, stdout], [255, '']);
    assert.match(
      stderr,
      /^serval: No TensorFlow \S+ libraries were found [^\n]*engine install[^\n]*\n$/,
    );
  });
});
