import { unimplemented } from '../status/index.ts';

/**
 * The local path of a base path, which may be a `file://` URI.
 * @throws StatusError UNIMPLEMENTED for a URI of another kind of store.
 */
export function localPath(model: string, basePath: string): string {
  const [, scheme, rest = ''] = /^([a-zA-Z][0-9a-zA-Z.]*):\/\/(.*)$/s.exec(basePath) ?? [];
  if (scheme === undefined) return basePath;
  if (scheme === 'file') return rest.startsWith('/') ? rest : `/${rest}`;
  throw unimplemented(
    `The base path of model ${model} is ${basePath}, but this version of Serval reads only local ` +
      'paths: copy the model to a local folder, or mount the store there',
  );
}
