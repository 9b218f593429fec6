import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const halfPlusTwo = path.join(root, 'test/zoo/tfserving/saved_model_half_plus_two_cpu');
const folder = mkdtempSync(path.join(tmpdir(), 'serval-cli-'));
const renamed = path.join(folder, 'tensorflow_model_server');
symlinkSync(path.join(root, 'bin/serval.js'), renamed);
after(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly out: string;
  /** Lines of the log. */
  readonly log: readonly { readonly level: string; readonly msg: string }[];
}

interface RunOptions {
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sends SIGTERM when the log shows this. */
  readonly stopAt?: RegExp;
}

/** The whole command in a process of its own, to its end. */
async function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { program = path.join(root, 'bin/serval.js'), env, stopAt } = options;
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let errors = '';
  let stopped = false;
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
    if (stopAt?.test(errors) && !stopped) {
      stopped = true;
      child.kill('SIGTERM');
    }
  });
  const [code] = await once(child, 'close');
  // Lines of native code are no JSON.
  const lines = errors.split('\n').filter((line) => line.startsWith('{'));
  assert.doesNotMatch(errors, /^\s+at /m, 'no stack trace');
  return { code, out, log: lines.map((line) => JSON.parse(line)) };
}

const messages = ({ log }: Run, level: string) =>
  log.filter((entry) => entry.level === level).map((entry) => entry.msg);

describe('serve: what TensorFlow Serving does at the command line', () => {
  it('prints usage and ends with 255 at --help, under both names', async () => {
    const { code, out, log } = await run(['--help']);
    assert.equal(code, 255);
    assert.match(out, /^usage: serval\nFlags:\nNetwork:\n\t--port=8500\tint32\t/);
    assert.deepEqual(log, []);
    assert.match(
      (await run(['--help'], { program: renamed })).out,
      /^usage: tensorflow_model_server\n/,
    );
  });

  it('prints two lines at --version, whatever else is given', async () => {
    const { code, out, log } = await run(['--version', '--unheard=1', '--port=0']);
    assert.equal(code, 0);
    assert.match(
      out,
      /^TensorFlow ModelServer: \d+\.\d+\.\d+\S*\nTensorFlow Library: 2\.\d+\.\d+\n$/,
    );
    assert.deepEqual(log, []);
  });

  it('ends at a bad value with usage on stdout', async () => {
    const result = await run(['--port=eight', '--enable_batching=yes', '--version']);
    assert.equal(result.code, 255);
    assert.match(result.out, /^usage: serval\n/);
    assert.deepEqual(messages(result, 'error'), [
      "Couldn't interpret value eight for flag port. It must be a whole number of 32 bits.",
      "Couldn't interpret value yes for flag enable_batching. It must be true or false.",
    ]);
  });

  it('warns of unknown arguments and flags without effect, and goes on', async () => {
    const result = await run(['--rest-port=1', '--prefer_tflite_model', 'x']);
    assert.match(result.out, /^unknown argument: --rest-port=1\nusage: serval\n/);
    assert.deepEqual(messages(result, 'warn'), [
      'Unknown argument --rest-port=1 is ignored. Did you mean --rest_api_port?',
      'Unknown argument x is ignored. See --help for all flags.',
      '--prefer_tflite_model has no effect: this version of Serval does not run TensorFlow Lite models yet.',
    ]);
    assert.equal(result.code, 255);
    assert.match(
      result.out,
      /\nFailed to start server\. Error: INVALID_ARGUMENT: Both server_options/,
    );
  });
});

describe('serve: the environment', () => {
  it('sets flags, is warned of and is told at fault', async () => {
    const result = await run(['--print_config'], {
      env: { SERVAL_MODEL_BASE_PATH: '/m', SERVAL_MODLE_NAME: 'x', SERVAL_REST_API_PORT: '8501' },
    });
    assert.equal(result.code, 0);
    assert.match(result.out, /^--rest_api_port=8501 +# env SERVAL_REST_API_PORT$/m);
    assert.match(result.out, /^default \/m tensorflow latest 1 +# env SERVAL_MODEL_BASE_PATH$/m);
    assert.deepEqual(messages(result, 'warn'), [
      'Unknown environment variable SERVAL_MODLE_NAME is ignored. Did you mean SERVAL_MODEL_NAME?',
    ]);
    const bad = await run([], { env: { SERVAL_PORT: 'x' } });
    assert.equal(bad.code, 255);
    assert.match(messages(bad, 'error')[0]!, /of environment variable SERVAL_PORT\./);
  });
});

describe('serve: starts that fail', () => {
  const file = (name: string, text: string) => {
    const at = path.join(folder, name);
    writeFileSync(at, text);
    return at;
  };
  const badText = file('bad.config', 'model_config_list {\n  config { nam: "x" }\n}\n');
  const relative = file(
    'relative.config',
    'model_config_list { config { name: "m" base_path: "x" model_platform: "tensorflow" } }',
  );
  const withoutKey = file('without-key.config', 'client_verify: true');
  const model = `--model_base_path=${halfPlusTwo}`;
  const cases: [args: string[], error: string, env?: NodeJS.ProcessEnv][] = [
    [
      [],
      'INVALID_ARGUMENT: Both server_options.model_base_path and server_options.model_config_file are empty! (give --model_base_path=<folder> or --model_config_file=<file>)',
    ],
    [
      ['--port=0', model],
      'INVALID_ARGUMENT: At least one of server_options.grpc_port or server_options.grpc_socket_path must be set. (give --port=<port> or --grpc_socket_path=<path>)',
    ],
    [['--port=70000', model], 'INVALID_ARGUMENT: --port must be between 0 and 65535, was 70000.'],
    [
      ['--use_alts_credentials', model],
      'UNIMPLEMENTED: --use_alts_credentials cannot be used: Serval has no ALTS, and would serve in plain text.',
    ],
    [
      ['--ssl_config_file=/no/such/file', model],
      'NOT_FOUND: /no/such/file; No such file or directory',
    ],
    [
      [`--rest_api_ssl_config_file=${withoutKey}`, model],
      `INVALID_ARGUMENT: --rest_api_ssl_config_file: server_cert is empty: it must hold PEM text (${withoutKey})`,
    ],
    [['--model_config_file=/no/such/file'], 'NOT_FOUND: /no/such/file; No such file or directory'],
    [
      [`--model_config_file=${badText}`],
      `INVALID_ARGUMENT: Invalid protobuf file: '${badText}' (Error parsing text-format tensorflow.serving.ModelServerConfig: 2:12: Message type "tensorflow.serving.ModelConfig" has no field named "nam". Did you mean "name"?)`,
    ],
    [
      [`--model_config_file=${relative}`],
      'INVALID_ARGUMENT: Expected model m to have an absolute path or URI; got base_path()=x (give it from the root, perhaps ' +
        `${path.resolve('x')}, or set --model_config_list_root_dir)`,
    ],
    [
      [model, `--tensorflow_library_path=${folder}`],
      `FAILED_PRECONDITION: The TensorFlow libraries are not in ${folder}: a folder with libtensorflow_framework.so.2 and libtensorflow_cc.so.2 is needed.`,
    ],
  ];
  for (const [args, error] of cases) {
    it(`${args.map((arg) => arg.replaceAll(root, '')).join(' ') || 'no flags'}`, async () => {
      const result = await run(args);
      assert.equal(result.code, 255);
      assert.equal(result.out, `Failed to start server. Error: ${error}\n`);
      assert.deepEqual(messages(result, 'fatal'), ['Failed to start server']);
    });
  }
});

describe('serve: a server', () => {
  const flags = ['--model_name=m', `--model_base_path=${halfPlusTwo}`];

  /** A port that is taken until the end of the test. */
  async function takenPort(): Promise<{ port: number } & AsyncDisposable> {
    const server = net.createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    return {
      port: (server.address() as net.AddressInfo).port,
      async [Symbol.asyncDispose]() {
        server.close();
        await once(server, 'close');
      },
    };
  }

  it('ends with 255 and a line that says what to do when its port is taken', async () => {
    await using taken = await takenPort();
    const result = await run([...flags, `--port=${taken.port}`]);
    assert.equal(result.code, 255);
    assert.match(
      result.out,
      new RegExp(`^Failed to start server\\. Error: UNAVAILABLE: Port ${taken.port} .*--port\n$`),
    );
  });

  it('ends with 255 when a model cannot be loaded', async () => {
    const broken = path.join(root, 'test/zoo/broken/unknown_op');
    const result = await run([
      '--model_name=b',
      `--model_base_path=${broken}`,
      `--grpc_socket_path=${folder}/b`,
      '--port=0',
      '--max_num_load_retries=0',
    ]);
    assert.equal(result.code, 255);
    assert.match(
      result.out,
      /^Failed to start server\. Error: UNKNOWN: 1 servable\(s\) did not become available: \{\{\{name: b version: 1\} due to error: /,
    );
  });

  it('says that REST is off, and ends with 0 at SIGTERM', async () => {
    const result = await run([...flags, '--port=0', `--grpc_socket_path=${folder}/s`], {
      stopAt: /Running gRPC ModelServer at UNIX socket/,
    });
    assert.equal(result.code, 0, JSON.stringify(result));
    assert.equal(result.out, '');
    assert.ok(messages(result, 'info').some((line) => /REST is off.*--rest_api_port/.test(line)));
    assert.match(messages(result, 'info').at(-1)!, /Stopped/);
  });
});
