import type { ServableData } from '../servable-data.ts';
import { CallbackTarget } from '../target-base.ts';

/** A target that keeps what it is told, as one text for each list: `m: 1=data, 2!error`. */
export class ListRecorder<T> extends CallbackTarget<T> {
  readonly heard: string[] = [];
  readonly versions: (readonly ServableData<T>[])[] = [];

  protected override setAspiredVersions(
    servableName: string,
    versions: readonly ServableData<T>[],
  ): void {
    this.versions.push(versions);
    const texts = versions.map(({ id, data, error }) =>
      error === null ? `${id.version}=${data}` : `${id.version}!${error.message}`,
    );
    this.heard.push(`${servableName}: ${texts.join(', ')}`);
  }

  /** What was heard since the last call. */
  take(): string[] {
    return this.heard.splice(0);
  }
}
