import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LoadReport } from '../../src/load-test/index.ts';
import { TestFolder } from '../../src/saved-model/testing/saved-model-folder.ts';
import { runServal } from '../support/run-command.ts';
import { modelFlags, root, type ServerProcess, startServer, zoo } from '../support/server.ts';

const program = path.join(root, 'bin/serval.js');
const base = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const quick = ['--model=half_plus_two', '--duration=300ms', '--warmup=50ms'];

const bench = (...args: string[]) => runServal(['bench', ...args]);

for (const threads of [1, 2]) {
  describe(`serval bench, of a server with ${threads} data threads`, () => {
    let server: ServerProcess;
    let folder: TestFolder;
    let rest: string;
    let grpc: string;

    before(async () => {
      folder = await TestFolder.make();
      const monitoring = path.join(folder.path, 'monitoring.config');
      await writeFile(monitoring, 'prometheus_config { enable: true }');
      server = await startServer({
        flags: [
          ...modelFlags('half_plus_two', base),
          `--data_threads=${threads}`,
          `--monitoring_config_file=${monitoring}`,
        ],
      });
      rest = `--rest=${server.rest}`;
      grpc = `--grpc=${server.grpc}`;
    });

    after(async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });

    it('measures REST in a closed loop, step by step, and writes JSON and a page', async () => {
      const json = path.join(folder.path, 'report.json');
      const html = path.join(folder.path, 'report.html');
      const files = [`--json=${json}`, `--html=${html}`];
      const { code, out, errors } = await bench(rest, ...quick, '--concurrency=1,3', ...files);
      assert.deepEqual([code, errors], [0, '']);
      assert.match(out, /^half_plus_two \(serving_default\) over REST at 127\.0\.0\.1:\d+\n/);
      assert.match(out, /\nconcurrency {2}requests\/s .*\n1 .*\n3 /);
      const report = JSON.parse(await readFile(json, 'utf8')) as LoadReport;
      assert.deepEqual(report.request.inputs, ['x float [1,1]']);
      assert.deepEqual(
        report.steps.map(({ level, connections, failed }) => [level, connections, failed]),
        [
          [1, 1, 0],
          [3, 3, 0],
        ],
      );
      for (const { answered, histogram, latencyMs } of report.steps) {
        assert.ok(answered > 0);
        assert.equal(
          histogram.reduce((sum, { count }) => sum + count, 0),
          answered,
        );
        const { min, p50, p99, max } = latencyMs;
        assert.ok(min > 0 && min <= p50 && p50 <= p99 && p99 <= max);
      }
      const page = await readFile(html, 'utf8');
      assert.equal(page.match(/<svg /g)?.length, 3);
      assert.doesNotMatch(page, /<script|https?:|NaN/);
    });

    it('measures gRPC in an open loop, with several rows a request', async () => {
      const json = path.join(folder.path, 'open.json');
      const { code } = await bench(
        ...[
          grpc,
          ...quick,
          '--rate=200',
          '--batch=5',
          `--json=${json}`,
          `--monitoring=${server.rest}`,
        ],
      );
      assert.equal(code, 0);
      const report = JSON.parse(await readFile(json, 'utf8')) as LoadReport;
      assert.deepEqual([report.protocol, report.load, report.request.rows], ['grpc', 'open', 5]);
      const [step] = report.steps;
      assert.ok(step!.answered > 0 && step!.answered < 200);
      assert.equal(step!.failed, 0);
      assert.equal(step!.rowsPerSecond, 5 * step!.requestsPerSecond);
    });

    it('sends a request that is given', async () => {
      const file = path.join(folder.path, 'input.json');
      await writeFile(file, '{"instances": [1.0, 2.0]}');
      const { code, out } = await bench(rest, ...quick, `--input=${file}`);
      assert.equal(code, 0);
      assert.match(out, /\nas given; 2 rows, 25 bytes a request\n/);
    });

    it('shows what there is when it is interrupted', async () => {
      const args = [
        program,
        'bench',
        grpc,
        '--model=half_plus_two',
        '--warmup=0',
        '--duration=10m',
      ];
      const child = spawn(process.execPath, args, { cwd: root });
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      const before = Number(await requestCount(server));
      while (Number(await requestCount(server)) < before + 50) {}
      child.kill('SIGINT');
      assert.deepEqual(await once(child, 'close'), [null, 'SIGINT']);
      assert.match(out, /\n8 .*\n\nEnded before its time\.\n$/);
    });

    const refusals: [what: string, args: (path: string) => string[], text: RegExp][] = [
      [
        'an unknown model over REST',
        () => [rest, '--model=no'],
        /404: Servable not found for request: Latest\(no\)/,
      ],
      [
        'an unknown model over gRPC',
        () => [grpc, '--model=no'],
        /NOT_FOUND: Servable not found for request: Latest\(no\)/,
      ],
      [
        'an unknown version',
        () => [grpc, '--model=half_plus_two', '--version=9'],
        /NOT_FOUND: .*Specific\(half_plus_two, 9\)/,
      ],
      [
        'an unknown signature',
        () => [grpc, '--model=half_plus_two', '--signature=no'],
        /has no signature no; it has .*serving_default/,
      ],
      [
        'an unknown dimension',
        () => [rest, '--model=half_plus_two', '--dim=y.1=2'],
        /There is no dimension y\.1; the inputs are x \[\?,1\]/,
      ],
      [
        'a request of the wrong shape',
        (file) => [rest, '--model=half_plus_two', `--input=${file}`],
        /400 Bad Request: .+/,
      ],
      [
        'the port of the other API',
        () => [`--grpc=${server.rest}`, '--model=half_plus_two'],
        /speaks no gRPC/,
      ],
      [
        'a report that cannot be written',
        (file) => [rest, '--model=half_plus_two', `--html=${file}/report.html`],
        /^serval: .*report\.html; Not a directory\n$/,
      ],
      [
        'TLS where there is none, over gRPC',
        () => [grpc, '--tls', '--model=half_plus_two'],
        /:\d+: the server does not speak TLS here\n$/,
      ],
      [
        'TLS where there is none, over REST',
        () => [rest.replace('http:', 'https:'), '--model=half_plus_two'],
        /:\d+: the server does not speak TLS here\n$/,
      ],
      [
        'a server that is not there',
        () => ['--rest=127.0.0.1:1', '--model=half_plus_two'],
        /127\.0\.0\.1:1: connect ECONNREFUSED/,
      ],
    ];
    // What the command does before it meets the server's threads is the same for both.
    for (const [what, args, text] of threads === 1 ? refusals : []) {
      it(`ends with an error for ${what}`, async () => {
        const file = path.join(folder.path, 'wrong.json');
        await writeFile(file, '{"inputs": {"x": "text"}}');
        const { code, out, errors } = await bench(...args(file));
        assert.deepEqual([code, out], [255, '']);
        assert.match(errors, /^serval: [^\n]+\n$/);
        assert.match(errors, text);
      });
    }
  });
}

/** How many requests the server has counted, as its metrics say. */
async function requestCount(server: ServerProcess): Promise<string> {
  const page = await (await fetch(`${server.rest}/monitoring/prometheus/metrics`)).text();
  return /^:tensorflow:serving:request_count\{[^}]*\} (\d+)/m.exec(page)?.[1] ?? '0';
}
