import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { OpenLoop, percentile, type StreamRecord } from '../support/open-loop.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, zoo } from '../support/server.ts';
import { servesOnly, VersionsFolder, versionsUntil } from '../support/versions-folder.ts';

/** Swaps, and for how long requests go on between two of them, so that there is something to compare with. */
const [rounds, steadyMs] = process.env.SERVAL_EXHAUSTIVE === undefined ? [5, 500] : [100, 2000];

const plusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123');
const plusThree = path.join(zoo, 'tfserving/saved_model_half_plus_three/00000123');

const now = () => performance.timeOrigin + performance.now();

/** A time from when a version may answer, to when it has certainly ended. */
interface Life {
  readonly from: number;
  until: number;
}

/**
 * Model `a` in a folder of its own, where versions are put and taken away; odd ones add 2, even
 * ones 3. Keeps for how long each version may answer.
 */
class Swapped {
  readonly lives = new Map<number, Life[]>();
  /** From the begin of each change to its end. */
  readonly windows: { readonly from: number; readonly until: number }[] = [];
  readonly #folder: VersionsFolder;
  readonly #rest: RestClient;

  constructor(folder: VersionsFolder, rest: RestClient) {
    this.#folder = folder;
    this.#rest = rest;
  }

  async put(version: number): Promise<void> {
    await this.#folder.put('a', version, version % 2 === 1 ? plusTwo : plusThree);
  }

  async remove(version: number): Promise<void> {
    await this.#folder.remove('a', version);
  }

  /** Does something that leaves `serving` as the only version, and waits until it is. */
  async swap(serving: number, change: () => Promise<void>): Promise<void> {
    const from = now();
    if (!this.#lives(serving).some(({ until }) => until === Number.POSITIVE_INFINITY)) {
      this.#lives(serving).push({ from, until: Number.POSITIVE_INFINITY });
    }
    await change();
    await versionsUntil(this.#rest, 'a', servesOnly(serving));
    const seenAt = now();
    for (const [version, lives] of this.lives) {
      if (version !== serving) lives.at(-1)!.until = Math.min(lives.at(-1)!.until, seenAt);
    }
    this.windows.push({ from, until: seenAt });
  }

  /** Whether the version may have been available at some moment between the two times. */
  mayAnswer(version: number, sentAt: number, answeredAt: number): boolean {
    return this.#lives(version).some(({ from, until }) => from <= answeredAt && sentAt <= until);
  }

  #lives(version: number): Life[] {
    let lives = this.lives.get(version);
    if (lives === undefined) this.lives.set(version, (lives = []));
    return lives;
  }
}

/** The latencies of the requests that were due within the windows, and of all others. */
function split({ scheduledAt, latencyMs }: StreamRecord, windows: Swapped['windows']) {
  const within: number[] = [];
  const outside: number[] = [];
  for (const [i, at] of scheduledAt.entries()) {
    const isWithin = windows.some(({ from, until }) => at >= from && at <= until);
    (isWithin ? within : outside).push(latencyMs[i]!);
  }
  return { within, outside };
}

test(`${rounds} swaps and rollbacks under load: no request fails, each answer is of a version that was available`, async (t) => {
  await using folder = await VersionsFolder.create();
  await folder.put('a', 1, plusTwo);
  const untouched = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
  await using server = await startServer({
    flags: [
      await modelConfig([
        { name: 'a', base: folder.base('a') },
        { name: 'b', base: untouched },
      ]),
    ],
  });
  const rest = new RestClient(server.rest);
  t.after(() => rest.close());
  const swapped = new Swapped(folder, rest);
  swapped.lives.set(1, [{ from: 0, until: Number.POSITIVE_INFINITY }]);

  await using load = new OpenLoop(server.grpc);
  const capacity = await load.capacity(['a', 'b'], 3000);
  const rate = capacity / 4;
  load.start([
    { model: 'a', rate },
    { model: 'b', rate },
  ]);
  let newest = 1;
  for (let round = 1; round <= rounds; round++) {
    await delay(steadyMs);
    if (round % 3 === 0 && newest > 1) {
      // A rollback: the newest version is taken away, the one before it serves again.
      await swapped.swap(newest - 1, () => swapped.remove(newest));
      newest--;
    } else {
      newest++;
      const version = newest;
      await swapped.swap(version, () => swapped.put(version));
    }
  }
  await delay(steadyMs);
  const [a, b] = await load.stop();
  assert.deepEqual([a?.failures, b?.failures], [[], []]);
  assert.deepEqual([a?.failed, b?.failed], [0, 0]);
  const seen = new Set<number>();
  for (const [i, version] of a!.version.entries()) {
    const at = a!.scheduledAt[i]!;
    assert.ok(
      swapped.mayAnswer(version, at, at + a!.latencyMs[i]!),
      `version ${version} answered although it was not available`,
    );
    seen.add(version);
  }
  for (let version = 1; version <= newest; version++) {
    assert.ok(seen.has(version), `version ${version} has never answered`);
  }
  const { within, outside } = split(b!, swapped.windows);
  const [during, steady] = [percentile(within, 0.99), percentile(outside, 0.99)];
  t.diagnostic(
    `${a!.version.length + b!.version.length} requests, ${Math.round(rate)} a second to each model; ` +
      `p99 of the untouched model in swap windows / steady: ${(during / steady).toFixed(2)} ` +
      `(medians: ${(percentile(within, 0.5) / percentile(outside, 0.5)).toFixed(2)})`,
  );
});
