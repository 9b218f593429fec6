import assert from 'node:assert/strict';
import { cp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, modelFlags, startServer, zoo } from '../support/server.ts';
import {
  servesOnly,
  type VersionStatus,
  VersionsFolder,
  versionStatuses,
  versionsUntil,
} from '../support/versions-folder.ts';

const plusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123');
const plusThree = path.join(zoo, 'tfserving/saved_model_half_plus_three/00000123');
const broken = (name: string) => path.join(zoo, 'broken', name, '1');

/** The answer of a model for 2: 3 from the model that adds 2, 4 from the one that adds 3. */
async function answer(rest: RestClient, model: string): Promise<unknown> {
  const reply = await rest.post(`/v1/models/${model}:predict`, { instances: [2] });
  const { predictions, error } = reply.json<{ predictions?: number[]; error?: string }>();
  return predictions?.[0] ?? error;
}

const stateOf = (version: number, all: readonly VersionStatus[]) =>
  all.find((one) => one.version === String(version));

/** Waits until a version has failed, and returns why. */
async function failureOf(rest: RestClient, model: string, version: number): Promise<string> {
  const all = await versionsUntil(rest, model, (known) => stateOf(version, known)?.state === 'END');
  const { status } = stateOf(version, all)!;
  return `${status.error_code}: ${status.error_message}`;
}

// Each test has a server of its own, and waits for its looks at the folder most of the time.
describe('versions that come and go', { concurrency: 3 }, () => {
  test('a version that cannot be loaded ends with its reason, is tried again when its files change, and hurts nobody', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('m', 1, plusTwo);
    await using server = await startServer({
      flags: [
        ...modelFlags('m', folder.base('m')),
        '--max_num_load_retries=0',
        '--settle_seconds=2',
      ],
    });
    const rest = new RestClient(server.rest);
    try {
      await folder.put('m', 2, broken('wrong_tags'));
      assert.match(
        await failureOf(rest, 'm', 2),
        /^NOT_FOUND: Could not find meta graph def matching/,
      );
      await server.logged(
        /Loading servable \{name: m version: 2\} failed: NOT_FOUND: Could not find meta graph/,
      );
      assert.equal(await answer(rest, 'm'), 3);

      // Incomplete and unchanged: loaded as it is, so that TensorFlow says why.
      await folder.put('m', 3, broken('truncated_data'));
      assert.match(await failureOf(rest, 'm', 3), /^OUT_OF_RANGE: Read less bytes than requested/);
      await server.logged(
        /Waiting for servable version \{name: m version: 3\} at .* to be complete: .*variables\.data-00000-of-00001/,
      );
      await server.logged(/is incomplete and has not changed for 2 s, it is loaded as it is/);
      assert.equal(await answer(rest, 'm'), 3);

      await cp(plusThree, path.join(folder.base('m'), '3'), { recursive: true, force: true });
      await versionsUntil(rest, 'm', (known) => stateOf(3, known)?.state === 'AVAILABLE');
      await versionsUntil(rest, 'm', servesOnly(3));
      assert.equal(await answer(rest, 'm'), 4);
    } finally {
      rest.close();
    }
  });

  test('a model whose folders are gone keeps serving, and holds up no other', async () => {
    await using folder = await VersionsFolder.create();
    for (const model of ['a', 'b', 'c']) await folder.put(model, 1, plusTwo);
    await using server = await startServer({
      flags: [
        await modelConfig(['a', 'b', 'c'].map((name) => ({ name, base: folder.base(name) }))),
      ],
    });
    const rest = new RestClient(server.rest);
    try {
      await folder.remove('a', 1);
      await rm(folder.base('b'), { recursive: true });
      await server.logged(/Refusing to unload all versions for Servable: a\./);
      await server.logged(
        /filesystem access error: Could not find base path .*\/b for servable b with error NOT_FOUND: .*No such file or directory.*keeps its versions/,
      );
      await folder.put('c', 2, plusThree);
      await versionsUntil(rest, 'c', servesOnly(2));
      assert.deepEqual(
        [await answer(rest, 'a'), await answer(rest, 'b'), await answer(rest, 'c')],
        [3, 3, 4],
      );
      await folder.put('a', 2, plusThree);
      await folder.put('b', 1, plusThree);
      await folder.put('b', 2, plusThree);
      await versionsUntil(rest, 'a', servesOnly(2));
      await versionsUntil(rest, 'b', servesOnly(2));
    } finally {
      rest.close();
    }
  });

  test('--servable_versions_always_present=false unloads a model whose versions are gone', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('m', 1, plusTwo);
    await using server = await startServer({
      flags: [...modelFlags('m', folder.base('m')), '--servable_versions_always_present=false'],
    });
    const rest = new RestClient(server.rest);
    try {
      await folder.remove('m', 1);
      await versionsUntil(rest, 'm', (known) => known.every(({ state }) => state === 'END'));
      assert.equal(await answer(rest, 'm'), 'Servable not found for request: Latest(m)');
      await folder.put('m', 1, plusThree);
      await versionsUntil(rest, 'm', servesOnly(1));
      assert.equal(await answer(rest, 'm'), 4);
    } finally {
      rest.close();
    }
  });

  test('a version is available only once its recorded requests were replayed; one whose records are bad is not', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('m', 1, path.join(zoo, 'models/warmup/1'));
    await using server = await startServer({
      flags: [
        ...modelFlags('m', folder.base('m')),
        '--max_num_load_retries=0',
        '--num_request_iterations_for_warmup=2',
      ],
    });
    const rest = new RestClient(server.rest);
    try {
      const output = server.output();
      const replayed = output.search(/Replayed \d+ warmup records on the model at/);
      const loaded = output.search(/Successfully loaded servable version \{name: m version: 1\}/);
      assert.ok(replayed > 0 && replayed < loaded, output);
      await folder.put('m', 2, broken('warmup_not_records'));
      assert.equal(
        await failureOf(rest, 'm', 2),
        'DATA_LOSS: corrupted record at 0 (Is this even a TFRecord file?). Please verify your warmup data is in TFRecord format.',
      );
      await versionsUntil(rest, 'm', (known) => stateOf(1, known)?.state === 'AVAILABLE');
    } finally {
      rest.close();
    }
  });

  test('a load that does not fit into the memory limit ends, and what is served stays', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('small', 1, plusTwo);
    const models = [
      { name: 'small', base: folder.base('small') },
      { name: 'large', base: path.join(zoo, 'models/resnet_mini') },
    ];
    await using server = await startServer({
      flags: [
        await modelConfig(models),
        '--start_policy=any',
        '--total_model_memory_limit_bytes=100000',
      ],
    });
    const rest = new RestClient(server.rest);
    try {
      // A start without any version of a model that was just copied is one that `any` allows.
      await versionsUntil(rest, 'small', servesOnly(1));
      assert.equal(
        await failureOf(rest, 'large', 1),
        'RESOURCE_EXHAUSTED: Insufficient resources to load servable {name: large version: 1}',
      );
      assert.equal(await answer(rest, 'small'), 3);
    } finally {
      rest.close();
    }
  });

  test('a resource-preserving model is unloaded before its next version is loaded', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('m', 1, plusTwo);
    await using server = await startServer({
      flags: [...modelFlags('m', folder.base('m')), '--aspired_version_policy=resource_preserving'],
    });
    const rest = new RestClient(server.rest);
    try {
      await folder.put('m', 2, plusThree);
      await versionsUntil(rest, 'm', servesOnly(2));
      const output = server.output();
      const unloaded = output.indexOf('Done unloading servable version {name: m version: 1}');
      const loading = output.indexOf('Loading servable version {name: m version: 2}');
      assert.ok(unloaded > 0 && unloaded < loading, output);
      assert.equal(await answer(rest, 'm'), 4);
    } finally {
      rest.close();
    }
  });

  test('a version that is renamed away and back is served again', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('m', 1, plusTwo);
    await folder.put('m', 2, plusThree);
    await using server = await startServer({ flags: modelFlags('m', folder.base('m')) });
    const rest = new RestClient(server.rest);
    try {
      await versionsUntil(rest, 'm', servesOnly(2));
      const away = path.join(folder.path, 'away');
      await rename(path.join(folder.base('m'), '2'), away);
      await versionsUntil(rest, 'm', servesOnly(1));
      assert.equal(await answer(rest, 'm'), 3);
      await rename(away, path.join(folder.base('m'), '2'));
      await versionsUntil(rest, 'm', servesOnly(2));
      assert.equal(await answer(rest, 'm'), 4);
      const [newest] = await versionStatuses(rest, 'm');
      assert.equal(newest?.state, 'AVAILABLE');
    } finally {
      rest.close();
    }
  });

  test('a version that is taken away while a request uses it answers that request, and ends after it', async () => {
    await using folder = await VersionsFolder.create();
    const loops = path.join(zoo, 'models/control_flow/1');
    await folder.put('m', 1, loops);
    await using server = await startServer({
      flags: [...modelFlags('m', folder.base('m')), '--rest_api_timeout_in_ms=0'],
    });
    const rest = new RestClient(server.rest);
    const ask = (rounds: number) =>
      rest.post('/v1/models/m:predict', { signature_name: 'nested', inputs: { rounds, x: [1] } });
    try {
      // As many rounds as take longer than any swap.
      let rounds = 1000;
      let took = 0;
      for (; took < 500; rounds *= 2) {
        const begin = performance.now();
        assert.equal((await ask(rounds)).status, 200);
        took = performance.now() - begin;
      }
      const pending = ask(rounds * 6);
      await folder.put('m', 2, loops);
      const atSwap = await versionsUntil(
        rest,
        'm',
        (known) => stateOf(1, known)?.state === 'UNLOADING',
      );
      assert.equal(stateOf(2, atSwap)?.state, 'AVAILABLE');
      await folder.remove('m', 1);
      assert.equal((await pending).status, 200);
      await versionsUntil(rest, 'm', servesOnly(2));
      assert.doesNotMatch(server.output(), /Unloading servable version .* failed/);
    } finally {
      rest.close();
    }
  });
});
