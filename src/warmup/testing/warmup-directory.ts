import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { PredictionLogSchema, type PredictRequestSchema } from '../../proto/index.ts';
import { TfRecordWriter } from '../../tfrecord/index.ts';

/** A serialized PredictionLog. */
export function predictionLog(
  logType: NonNullable<MessageInitShape<typeof PredictionLogSchema>['logType']>,
): Uint8Array {
  return toBinary(PredictionLogSchema, create(PredictionLogSchema, { logType }));
}

/** A serialized PredictionLog of a Predict. */
export function predictLog(request: MessageInitShape<typeof PredictRequestSchema>): Uint8Array {
  return predictionLog({ case: 'predictLog', value: { request } });
}

/** Version directories in a temporary folder that hold nothing but what is to be replayed. */
export class WarmupDirectories {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<WarmupDirectories> {
    return new WarmupDirectories(await mkdtemp(path.join(tmpdir(), 'serval-warmup-')));
  }

  /** The path of a version directory without a warmup file. */
  async empty(): Promise<string> {
    const directory = path.join(this.#folder, `${++this.#count}`);
    await mkdir(directory);
    return directory;
  }

  /** The path of a version directory with these records. */
  async of(...records: readonly Uint8Array[]): Promise<string> {
    const directory = await this.empty();
    await mkdir(path.join(directory, 'assets.extra'));
    const writer = await TfRecordWriter.open(warmupFile(directory));
    try {
      for (const record of records) await writer.write(record);
    } finally {
      await writer.close();
    }
    return directory;
  }

  /** The path of a version directory whose warmup file has these bytes. */
  async ofBytes(bytes: Uint8Array): Promise<string> {
    const directory = await this.of();
    await writeFile(warmupFile(directory), bytes);
    return directory;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

export function warmupFile(directory: string): string {
  return path.join(directory, 'assets.extra', 'tf_serving_warmup_requests');
}
