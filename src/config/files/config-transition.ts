import { equals } from '@bufbuild/protobuf';
import { type ModelServerConfig, ModelServerConfigSchema } from '../../proto/index.ts';
import { failedPrecondition } from '../../status/index.ts';

/**
 * Whether a reload may replace the current config by the next (spec 2.5 rule 1): always while there
 * is none or the two are equal, else only a list by a list.
 *
 * @param current null before the first config. One in which nothing is set counts as none.
 */
export function isLegalTransition(
  current: ModelServerConfig | null,
  next: ModelServerConfig,
): boolean {
  const from = current?.config.case;
  if (current === null || from === undefined) return true;
  if (from === 'modelConfigList' && next.config.case === 'modelConfigList') return true;
  return equals(ModelServerConfigSchema, current, next);
}

/** @throws StatusError FAILED_PRECONDITION where {@link isLegalTransition} says no. */
export function checkTransition(current: ModelServerConfig | null, next: ModelServerConfig): void {
  if (isLegalTransition(current, next)) return;
  throw failedPrecondition(
    'Cannot transition to requested config. It is only legal to transition from one ModelConfigList to another.',
  );
}
