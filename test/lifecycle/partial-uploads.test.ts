import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer } from '../../src/index.ts';
import { MemoryLogger } from '../../src/telemetry/testing/memory-logger.ts';
import { randomFrom } from '../../src/util/testing/random.ts';
import { modelConfig, zoo } from '../support/server.ts';

const uploads = process.env.SERVAL_EXHAUSTIVE === undefined ? 40 : 500;
/** Models that are uploaded at once. */
const atOnce = 20;
const pollSeconds = 0.1;
/** What the source logs at the end of each look. */
const lookedText = 'Looked at all base paths';

/** Models of several shapes: one shard, several, TF1 partitions, a text graph, asset files. */
const sources = [
  'tfserving/saved_model_half_plus_two_cpu/00000123',
  'models/sharded_variables/1',
  'models/tf1_partitioned/1',
  'models/tf1_frozen_text/1',
  'models/wide_deep/1',
  'models/string_tools/1',
].map((folder) => path.join(zoo, folder));

/** The files under a folder, by their path within it. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Writes the bytes of a file from one offset to another, as a copy that goes on would. */
async function copyRange(from: string, to: string, begin: number, end: number): Promise<void> {
  const bytes = await readFile(from);
  const file = await open(to, begin === 0 ? 'w' : 'r+');
  try {
    await file.write(bytes, begin, end - begin, begin);
  } finally {
    await file.close();
  }
}

/** One upload: its files in a random order, one of them cut at a random point for a while. */
class Upload {
  readonly #source: string;
  readonly #target: string;
  readonly #random: () => number;
  /** What is left to do once the cut is over. */
  readonly #rest: (() => Promise<void>)[] = [];

  constructor(source: string, target: string, random: () => number) {
    this.#source = source;
    this.#target = target;
    this.#random = random;
  }

  /** Copies up to the cut. */
  async begin(): Promise<void> {
    const files = shuffled(await filesOf(this.#source), this.#random);
    // No file says how long an asset should be, and nothing needs fingerprint.pb.
    const needed = files.flatMap((file, i) => (/^(saved_model|variables)/.test(file) ? [i] : []));
    const cutFile = needed[Math.floor(this.#random() * needed.length)]!;
    await mkdir(this.#target, { recursive: true });
    for (const [i, file] of files.entries()) {
      const from = path.join(this.#source, file);
      const to = path.join(this.#target, file);
      await mkdir(path.dirname(to), { recursive: true });
      if (i < cutFile) await copyFile(from, to);
      else if (i > cutFile) this.#rest.push(() => copyFile(from, to));
      else {
        const { size } = await stat(from);
        const cut = Math.floor(this.#random() * size);
        await copyRange(from, to, 0, cut);
        this.#rest.push(() => copyRange(from, to, cut, size));
      }
    }
  }

  async finish(): Promise<void> {
    for (const step of this.#rest) await step();
  }
}

/** Waits until so many looks at all base paths have begun and ended after this call. */
async function looks(count: number, logger: MemoryLogger): Promise<void> {
  const done = () => logger.messages('trace').filter((line) => line === lookedText).length;
  // The look under way may have passed a folder already.
  const enough = done() + count + 1;
  while (done() < enough) await delay(5);
}

test(`${uploads} uploads cut in the middle: none is served before it is whole, each is soon after`, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'serval-uploads-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const names = Array.from({ length: atOnce }, (_, i) => `m${i}`);
  const kinds = names.map((_, i) => sources[i % sources.length]!);
  for (const [i, name] of names.entries()) {
    const upload = new Upload(kinds[i]!, path.join(folder, name, '1'), randomFrom(i));
    await upload.begin();
    await upload.finish();
  }
  const flag = await modelConfig(names.map((name) => ({ name, base: path.join(folder, name) })));
  const logger = new MemoryLogger();
  await using server = createServer({
    modelConfigFile: flag.slice('--model_config_file='.length),
    port: 'ephemeral',
    restApiPort: 'ephemeral',
    fileSystemPollWaitSeconds: pollSeconds,
    // The cuts last less long than this: what is loaded before it is whole is a failure.
    settleSeconds: 60,
    logger,
  });
  await server.start();

  const served = (name: string) =>
    server.modelStatuses(name).find(({ state }) => state === 'AVAILABLE')?.id.version;
  for (let round = 0; round * atOnce < uploads; round++) {
    const version = BigInt(round + 2);
    const all = names.map((name, i) => {
      const target = path.join(folder, name, String(version));
      return new Upload(kinds[i]!, target, randomFrom(1000 * (round + 1) + i));
    });
    await Promise.all(all.map((upload) => upload.begin()));
    await looks(3, logger);
    for (const name of names) assert.equal(served(name), version - 1n, `${name} while it is cut`);
    await Promise.all(all.map((upload) => upload.finish()));
    await looks(2, logger);
    // Aspired within two looks; the loads themselves take their time.
    for (const name of names) {
      const status = server.modelStatuses(name).find(({ id }) => id.version === version);
      assert.ok(status !== undefined, `${name} version ${version} is on its way after two looks`);
      while (served(name) !== version) {
        const [newest] = server.modelStatuses(name);
        assert.equal(newest?.error ?? null, null, `${name}: ${newest?.error?.message}`);
        await delay(10);
      }
    }
  }
  const failed = names.flatMap((name) =>
    server.modelStatuses(name).filter(({ error }) => error !== null),
  );
  assert.deepEqual(failed, []);
  t.diagnostic(`${Math.ceil(uploads / atOnce) * atOnce} uploads of ${atOnce} models at once`);
});
