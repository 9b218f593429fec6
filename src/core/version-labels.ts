import { failedPrecondition } from '../status/index.ts';

/** Labels of one servable and the versions they stand for. */
export type LabelMap = ReadonlyMap<string, bigint>;

/** What {@link checkLabels} looks at. */
export interface LabelRules {
  /** The labels in force, by servable name; null: none were ever given. */
  readonly current: ReadonlyMap<string, LabelMap> | null;
  /** `--allow_version_labels_for_unavailable_models` */
  readonly allowUnavailable: boolean;
  isAvailable(name: string, version: bigint): boolean;
}

/**
 * Checks labels that are to replace all labels (spec 4.9): each must point to a version that is
 * available, or where `allowUnavailable`, each of those that move from one version to another.
 *
 * @throws StatusError FAILED_PRECONDITION
 */
export function checkLabels(labels: ReadonlyMap<string, LabelMap>, rules: LabelRules): void {
  const { current, allowUnavailable } = rules;
  for (const [name, versions] of labels) {
    for (const [label, version] of versions) {
      const before = current?.get(name)?.get(label);
      const mayWait = allowUnavailable && (before === undefined || before === version);
      if (mayWait || rules.isAvailable(name, version)) continue;
      throw failedPrecondition(
        `Request to assign label to version ${version} of model ${name}, which is not ` +
          'currently available for inference',
      );
    }
  }
}
