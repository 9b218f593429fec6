import { Code, StatusError } from '../status/index.ts';

/**
 * What is wrong with a model's files:
 *
 * - `missing`: the directory holds no graph file. One may still appear, if a copy is under way.
 * - `truncated`: the graph file ends too early; likewise.
 * - `unparsable`: the graph file is whole, but is not a SavedModel.
 * - `empty`: the graph file holds no MetaGraphDef at all; likewise.
 * - `no-such-tags`: no MetaGraphDef carries the tags asked for.
 * - `unsupported`: a format that Serval does not read.
 */
export type SavedModelFault =
  | 'missing'
  | 'truncated'
  | 'unparsable'
  | 'empty'
  | 'no-such-tags'
  | 'unsupported';

/** Why a SavedModel cannot be read, with the text that TFS gives (spec 11.1, 11.2). */
export class SavedModelError extends StatusError {
  readonly fault: SavedModelFault;

  constructor(
    fault: SavedModelFault,
    code: Code,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(code, message, options);
    this.fault = fault;
  }
}

export function missingGraphFile(directory: string): SavedModelError {
  return new SavedModelError(
    'missing',
    Code.NOT_FOUND,
    'Specified file path does not appear to contain a SavedModel bundle (should have a file called ' +
      `\`saved_model.pb\`)\nSpecified file path: ${directory}`,
  );
}

export function sessionBundle(): SavedModelError {
  return new SavedModelError(
    'unsupported',
    Code.UNIMPLEMENTED,
    'Session Bundle is deprecated and removed.',
  );
}

export function chunkedGraphFile(file: string): SavedModelError {
  return new SavedModelError(
    'unsupported',
    Code.UNIMPLEMENTED,
    `Chunked SavedModels are not supported; save the model as saved_model.pb: ${file}`,
  );
}

/** The status of TensorFlow's reader when a protocol buffer goes on past the end of its file. */
export function truncatedGraphFile(file: string): SavedModelError {
  return new SavedModelError('truncated', Code.OUT_OF_RANGE, 'Read less bytes than requested', {
    cause: new Error(`${file} ends in the middle of a message`),
  });
}

export function unparsableGraphFile(file: string, kind: 'binary' | 'text', cause: unknown) {
  const message = `Can't parse ${file} as ${kind} proto`;
  return new SavedModelError('unparsable', Code.DATA_LOSS, message, { cause });
}

/** The text for the client is TFS's; the cause tells the operator which tags there are. */
export function noSuchTags(
  tags: readonly string[],
  available: readonly (readonly string[])[],
): SavedModelError {
  return new SavedModelError(
    available.length === 0 ? 'empty' : 'no-such-tags',
    Code.NOT_FOUND,
    `Could not find meta graph def matching supplied tags: { ${tags.join(' ')} }. To inspect ` +
      'available tag-sets in the SavedModel, please use the SavedModel CLI: `saved_model_cli`',
    {
      cause: new Error(
        available.length === 0
          ? 'the SavedModel has no meta graph'
          : `the SavedModel has: ${available.map((set) => `{ ${set.join(' ')} }`).join(', ')}`,
      ),
    },
  );
}
