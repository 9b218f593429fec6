import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDirectory } from '../../src/engines/index.ts';
import { claimPorts } from '../support/claimed-ports.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';
import type { Tally } from './tally.ts';
import { runProgram } from './tools.ts';

const name = 'saved_model_half_plus_two_cpu';
const requests = 5;
const patienceMs = 60_000;

/** A Prometheus server that scrapes a Serval, and what promtool makes of the page. */
export async function checkPrometheus(tally: Tally): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serval-prometheus-'));
  try {
    await checkIn(folder, tally);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkIn(folder: string, tally: Tally): Promise<void> {
  const programs = installPrometheus();
  const monitoring = path.join(folder, 'monitoring.config');
  writeFileSync(monitoring, 'prometheus_config { enable: true }');
  await using server = await startServer({
    flags: [
      ...modelFlags(name, path.join(zoo, 'tfserving', name)),
      `--monitoring_config_file=${monitoring}`,
    ],
  });
  for (let i = 0; i < requests; i++) {
    const url = `${server.rest}/v1/models/${name}:predict`;
    const reply = await fetch(url, { method: 'POST', body: '{"instances": [1.0]}' });
    assert.equal(reply.status, 200, await reply.text());
  }

  await tally.check('promtool parses the page', async () => {
    const page = await (await fetch(`${server.rest}/monitoring/prometheus/metrics`)).text();
    const args = ['check', 'metrics'];
    const { stderr } = await runProgram(path.join(programs, 'promtool'), args, { stdin: page });
    // It objects to the names that TFS has, and to their missing HELP: but it has read them all.
    assert.doesNotMatch(stderr, /parsing|error while linting/i);
  });

  const [port] = await claimPorts(1);
  const config = path.join(folder, 'prometheus.yml');
  const { host } = new URL(server.rest);
  writeFileSync(
    config,
    [
      'global: { scrape_interval: 1s }',
      'scrape_configs:',
      '  - job_name: serval',
      '    metrics_path: /monitoring/prometheus/metrics',
      `    static_configs: [{ targets: ["${host}"] }]`,
      '',
    ].join('\n'),
  );
  const prometheus = spawn(
    path.join(programs, 'prometheus'),
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  try {
    const ask = (query: string) => untilAnswered(`http://127.0.0.1:${port}`, query);
    await tally.check('Prometheus tells the counts of requests', async () => {
      const query = `:tensorflow:serving:request_count{model_name="${name}",status="OK"}`;
      assert.equal(await ask(query), String(requests));
    });
    await tally.check('Prometheus tells quantiles of latencies', async () => {
      const query = 'histogram_quantile(0.5, :tensorflow:serving:request_latency_bucket)';
      assert.ok(Number(await ask(query)) > 0);
    });
    await tally.check("Prometheus tells Serval's own metrics", async () => {
      assert.ok(Number(await ask('serval_resident_memory_bytes')) > 2 ** 20);
    });
  } finally {
    await ended(prometheus);
  }
}

/** The folder of its programs: from PATH, or from the machine's Debian packages, unpacked only. */
function installPrometheus(): string {
  const { status, stdout } = spawnSync('which', ['promtool'], { encoding: 'utf8' });
  if (status === 0) return path.dirname(stdout.trim());
  const home = path.join(cacheDirectory(process.env), 'interop', 'prometheus');
  const bin = path.join(home, 'usr/bin');
  if (existsSync(path.join(bin, 'promtool'))) return bin;
  mkdirSync(home, { recursive: true });
  run('apt-get', ['download', 'prometheus'], home);
  for (const file of globSync('prometheus_*.deb', { cwd: home }))
    run('dpkg', ['-x', file, '.'], home);
  return bin;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

/** The value of a query's first series, once there is one. */
async function untilAnswered(address: string, query: string): Promise<string> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const url = `${address}/api/v1/query?query=${encodeURIComponent(query)}`;
    const reply = await fetch(url).catch(() => null);
    if (reply?.ok) {
      const { data } = (await reply.json()) as {
        data: { result: readonly { value: readonly [number, string] }[] };
      };
      const [first] = data.result;
      if (first !== undefined) return first.value[1];
    }
    if (performance.now() > end) throw new Error(`no answer to ${query}`);
    await delay(200);
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
