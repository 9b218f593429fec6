import { failedPrecondition, invalidArgument, unavailable } from '../status/index.ts';

/** Labels of one servable and the versions they stand for. */
export type LabelMap = ReadonlyMap<string, bigint>;

/** The version labels of all servables, replaced as a whole (spec 4.9). */
export class VersionLabels {
  #labels: ReadonlyMap<string, LabelMap> | null = null;

  /**
   * Takes `labels`, by servable name. Unless `allowUnavailable`, each must point to a version that
   * `isAvailable`; with it, so must only those that move from one version to another.
   *
   * @throws StatusError FAILED_PRECONDITION; then nothing has changed.
   */
  assign(
    labels: ReadonlyMap<string, LabelMap>,
    allowUnavailable: boolean,
    isAvailable: (name: string, version: bigint) => boolean,
  ): void {
    for (const [name, versions] of labels) {
      for (const [label, version] of versions) {
        const current = this.#labels?.get(name)?.get(label);
        const mayWait = allowUnavailable && (current === undefined || current === version);
        if (!mayWait && !isAvailable(name, version)) {
          throw failedPrecondition(
            `Request to assign label to version ${version} of model ${name}, which is not ` +
              'currently available for inference',
          );
        }
      }
    }
    this.#labels = labels;
  }

  /** @throws StatusError with the texts of spec 4.8. */
  resolve(name: string, label: string): bigint {
    if (this.#labels === null) throw unavailable(`Model labels does not init yet.${label}`);
    const version = this.#labels.get(name)?.get(label);
    if (version === undefined) {
      throw invalidArgument(`Unrecognized servable version label: ${label}`);
    }
    return version;
  }
}
