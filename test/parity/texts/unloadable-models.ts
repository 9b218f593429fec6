import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DType } from '../../../src/tensor/index.ts';
import { encodeTfRecord } from '../../../src/tfrecord/index.ts';
import { predictLog } from '../../../src/warmup/testing/warmup-directory.ts';
import { zoo } from '../../support/server.ts';
import { oddModel } from './odd-model.ts';

/** What is in the folder of a version. */
type Build = (folder: string) => Promise<void>;

const broken = (name: string) => path.join(zoo, 'broken', name);

const withWarmup =
  (bytes: Uint8Array): Build =>
  async (folder) => {
    await writeFile(path.join(folder, 'saved_model.pb'), oddModel());
    await mkdir(path.join(folder, 'assets.extra'));
    await writeFile(path.join(folder, 'assets.extra/tf_serving_warmup_requests'), bytes);
  };

const x = { dtype: DType.FLOAT, tensorShape: {}, floatVal: [1] };
const record = encodeTfRecord(predictLog({ modelSpec: { name: 'odd' }, inputs: { x } }));

function damaged(): Uint8Array {
  const bytes = Buffer.from(record);
  bytes[13]! ^= 1;
  return bytes;
}

/** Loops so often that its warm-up takes some seconds. */
const slow: Build = async (folder) => {
  for (const name of ['saved_model.pb', 'variables']) {
    await symlink(path.join(zoo, 'models/control_flow/1', name), path.join(folder, name));
  }
  await mkdir(path.join(folder, 'assets.extra'));
  const log = predictLog({
    modelSpec: { name: 'slow', signatureName: 'nested' },
    inputs: {
      rounds: { dtype: DType.INT32, tensorShape: {}, intVal: [300_000] },
      x: { dtype: DType.FLOAT, tensorShape: { dim: [{ size: 1n }] }, floatVal: [1] },
    },
  });
  await writeFile(
    path.join(folder, 'assets.extra/tf_serving_warmup_requests'),
    encodeTfRecord(log),
  );
};

const withParameters =
  (text: string): Build =>
  async (folder) => {
    await writeFile(path.join(folder, 'saved_model.pb'), oddModel());
    await writeFile(path.join(folder, 'batching_params.pbtxt'), text);
  };

const builds: Readonly<Record<string, Build>> = {
  /** A terabyte that takes no place on the disk. */
  huge: async (folder) => {
    await writeFile(path.join(folder, 'saved_model.pb'), oddModel());
    await using file = await open(path.join(folder, 'large'), 'w');
    await file.truncate(2 ** 40);
  },
  warmup_limit: withWarmup(Buffer.concat(new Array<Uint8Array>(1001).fill(record))),
  warmup_record_at_12: withWarmup(damaged()),
  warmup_truncated: withWarmup(record.subarray(0, -1)),
  batch_sizes: withParameters('allowed_batch_sizes: 4'),
  batch_limit: withParameters('max_batch_size { value: 0 }'),
  batch_timeout: withParameters('batch_timeout_micros { value: -1 }'),
  batch_queue: withParameters(
    'max_enqueued_batches { value: 0 } enable_large_batch_splitting { value: true }',
  ),
  batch_splitting: withParameters(
    'max_execution_batch_size { value: 1001 } enable_large_batch_splitting { value: true }',
  ),
  no_saved_model: async () => {},
  session_bundle: (folder) => writeFile(path.join(folder, 'export.meta'), ''),
  slow,
  late: async (folder) => {
    await writeFile(path.join(folder, 'saved_model.pb'), oddModel());
  },
};

/** Models of the zoo that cannot be loaded, by the reason. */
const ofZoo = ['warmup_session_run', 'warmup_bad_proto', 'warmup_not_records', 'wrong_tags'];

/** Makes version 1 of every model. @returns the base path of each */
export async function makeUnloadableModels(folder: string): Promise<ReadonlyMap<string, string>> {
  const bases = new Map(ofZoo.map((name) => [name, broken(name)]));
  for (const [name, build] of Object.entries(builds)) {
    const base = path.join(folder, name);
    await mkdir(path.join(base, '1'), { recursive: true });
    await build(path.join(base, '1'));
    bases.set(name, base);
  }
  return bases;
}
