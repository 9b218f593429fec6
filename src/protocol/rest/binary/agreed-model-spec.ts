import type { ModelSpec } from '../../../inference/index.ts';
import { invalidArgument } from '../../../status/index.ts';
import type { RouteModel } from '../route.ts';

/**
 * What a request for `path` with `body` in it is for. The path decides: the body may repeat what it
 * says, and name a version or label where it names none. The signature is the body's.
 *
 * @throws StatusError INVALID_ARGUMENT where the two contradict each other
 */
export function agreedModelSpec(path: RouteModel, body: ModelSpec | null): ModelSpec {
  if (body === null) return { ...path, signatureName: '' };
  const { signatureName } = body;
  if (body.name !== '' && body.name !== path.name) {
    throw invalidArgument(
      `The path names model ${path.name}, the model_spec of the body ${body.name}`,
    );
  }
  const bodyVersion = versionText(body);
  const pathVersion = versionText(path);
  if (bodyVersion === null) return { ...path, signatureName };
  if (pathVersion === null) return { ...body, name: path.name };
  if (bodyVersion !== pathVersion) {
    throw invalidArgument(
      `The path names ${pathVersion}, the model_spec of the body ${bodyVersion}`,
    );
  }
  return { ...path, signatureName };
}

function versionText({ version, label }: Pick<ModelSpec, 'version' | 'label'>): string | null {
  if (version !== null) return `version ${version}`;
  return label === null ? null : `label ${label}`;
}
