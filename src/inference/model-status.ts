import type { ServableStatus } from '../core/index.ts';
import { notFound } from '../status/index.ts';
import type { InferenceContext } from './inference-context.ts';
import type { ModelSpec } from './model-spec.ts';

/**
 * GetModelStatus (spec 5.3, 6.7): the state of the version named, else of every version, newest
 * first, those in END included. A label is ignored, as TFS does.
 *
 * @throws StatusError NOT_FOUND; or rejects with it, where another thread was asked.
 */
export function modelStatus(
  context: InferenceContext,
  spec: Pick<ModelSpec, 'name' | 'version'>,
): readonly ServableStatus[] | Promise<readonly ServableStatus[]> {
  const statuses = context.lookup.statuses(spec.name);
  return statuses instanceof Promise
    ? statuses.then((all) => select(all, spec))
    : select(statuses, spec);
}

function select(
  statuses: readonly ServableStatus[],
  { name, version }: Pick<ModelSpec, 'name' | 'version'>,
): readonly ServableStatus[] {
  if (version === null) {
    if (statuses.length === 0) throw notFound(`Could not find any versions of model ${name}`);
    return statuses;
  }
  const status = statuses.find(({ id }) => id.version === version);
  if (status === undefined) {
    throw notFound(`Could not find version ${version} of model ${name}`);
  }
  return [status];
}
