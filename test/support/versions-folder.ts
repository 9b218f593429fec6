import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RestClient } from './rest-client.ts';

/** What the server says of one version. */
export interface VersionStatus {
  readonly version: string;
  readonly state: 'START' | 'LOADING' | 'AVAILABLE' | 'UNLOADING' | 'END';
  readonly status: { readonly error_code: string; readonly error_message: string };
}

/** The status of all versions of a model, newest first; empty if it is not known. */
export async function versionStatuses(
  rest: RestClient,
  model: string,
): Promise<readonly VersionStatus[]> {
  const answer = await rest.get(`/v1/models/${model}`);
  if (answer.status === 404) return [];
  return answer.json<{ model_version_status: VersionStatus[] }>().model_version_status;
}

/** Asks again and again until the condition holds, and returns what was seen then. */
export async function versionsUntil(
  rest: RestClient,
  model: string,
  isRight: (statuses: readonly VersionStatus[]) => boolean,
): Promise<readonly VersionStatus[]> {
  for (;;) {
    const statuses = await versionStatuses(rest, model);
    if (isRight(statuses)) return statuses;
    await delay(10);
  }
}

/** Whether this version alone is in memory. */
export function servesOnly(version: number): (statuses: readonly VersionStatus[]) => boolean {
  return (statuses) => {
    const inMemory = statuses.filter(({ state }) => state !== 'END' && state !== 'START');
    return (
      inMemory.length === 1 &&
      inMemory[0]?.state === 'AVAILABLE' &&
      inMemory[0].version === String(version)
    );
  };
}

/** A temporary folder of models; versions are copied beside it and renamed into it, as exports should be. */
export class VersionsFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async create(): Promise<VersionsFolder> {
    return new VersionsFolder(await mkdtemp(path.join(tmpdir(), 'serval-versions-')));
  }

  /** The base path of a model. */
  base(model: string): string {
    return path.join(this.path, model);
  }

  async put(model: string, version: number | string, source: string): Promise<void> {
    const staged = path.join(this.path, '.staged');
    await cp(source, path.join(staged, 'version'), { recursive: true });
    const target = path.join(this.path, model, String(version));
    await mkdir(this.base(model), { recursive: true });
    await rename(path.join(staged, 'version'), target);
  }

  async remove(model: string, version: number | string): Promise<void> {
    await rm(path.join(this.path, model, String(version)), { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
