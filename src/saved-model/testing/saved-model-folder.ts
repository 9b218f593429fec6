import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import { SavedModelSchema } from '../../proto/index.ts';

/** A folder for one test; removed when its block is left. */
export class TestFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async make(): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(path.join(tmpdir(), 'serval-model-')));
  }

  /** One with what a version directory holds. */
  static async copyOf(directory: string): Promise<TestFolder> {
    const folder = await TestFolder.make();
    await cp(directory, folder.path, { recursive: true });
    return folder;
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    await writeFile(path.join(this.path, name), content);
  }

  /** Writes `saved_model.pb`. */
  async writeModel(model: MessageInitShape<typeof SavedModelSchema>): Promise<void> {
    await this.write('saved_model.pb', modelBytes(model));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

export function modelBytes(model: MessageInitShape<typeof SavedModelSchema>): Uint8Array {
  return toBinary(SavedModelSchema, create(SavedModelSchema, model));
}
