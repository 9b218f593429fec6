import type { ModelSpec } from '../../../inference/index.ts';
import type { ModelSpec as ModelSpecMessage } from '../../../proto/index.ts';

/** The model spec of a message that the protobuf library has read. */
export function modelSpecOf({ name, versionChoice, signatureName }: ModelSpecMessage): ModelSpec {
  return {
    name,
    version: versionChoice.case === 'version' ? versionChoice.value.value : null,
    label: versionChoice.case === 'versionLabel' ? versionChoice.value : null,
    signatureName,
  };
}
