import { readFile } from 'node:fs/promises';
import {
  type Endpoint,
  fetchSignature,
  givenRequest,
  makeRequests,
  mixRequests,
  type NumberBounds,
  type OpenDimensions,
  type Question,
  type RequestSet,
} from '../load-test/index.ts';
import { fileError } from '../status/index.ts';
import { type OptionValues, wholeNumber } from './option-values.ts';
import { UsageError } from './usage-error.ts';

const defaultSignature = 'serving_default';

/** What a request holds, by the options of a command. */
export interface InputOptions {
  /** Asked in turns. */
  readonly signatures: readonly string[];
  readonly open: OpenDimensions;
  readonly below: NumberBounds;
  /** The file with the request; null: it is made. */
  readonly input: string | null;
  readonly seed: number;
}

/** The options that {@link readInput} reads. */
export const inputOptionNames = ['signature', 'batch', 'dim', 'below', 'input', 'seed'] as const;

/** @throws UsageError */
export function readInput(options: OptionValues): InputOptions {
  const input = options.text('input');
  const batch = options.integer('batch', 1);
  const dims = options.text('dim');
  const bounds = options.text('below');
  if (input !== null && (batch !== null || dims !== null || bounds !== null)) {
    throw new UsageError(
      'With --input the request is given: --batch, --dim and --below have no meaning.',
    );
  }
  const signatures = (options.text('signature') ?? defaultSignature).split(',');
  if (signatures.includes('')) {
    throw new UsageError('--signature must be names of signatures, separated by commas.');
  }
  if (input !== null && signatures.length > 1) {
    throw new UsageError('With --input the request is given, of one --signature.');
  }
  const seed = options.integer('seed', 0) ?? 1;
  const { all, named } = readSizes('dim', dims ?? '', /^(?:(.+\.\d+)=)?([^=]+)$/, 0);
  const open = { batch: batch ?? 1, all: all ?? 1, named };
  const below = readSizes('below', bounds ?? '', /^(?:(.+)=)?([^=]+)$/, 1);
  return { signatures, input, open, below, seed };
}

/** `32` for all, `<name>=<size>` for one, separated by commas. @param form of a part: its name and its number */
function readSizes(
  option: string,
  text: string,
  form: RegExp,
  least: number,
): { readonly all: number | null; readonly named: ReadonlyMap<string, number> } {
  const named = new Map<string, number>();
  let all: number | null = null;
  for (const part of text.split(',').filter((some) => some !== '')) {
    const [, name, size] = form.exec(part) ?? [];
    const value = wholeNumber(option, size ?? part, least);
    if (name === undefined) all = value;
    else named.set(name, value);
  }
  return { all, named };
}

/**
 * The requests: those of the file, or made for what the server says that the model takes.
 *
 * @throws StatusError what is wrong with the file, or the server has no such model
 */
export async function prepareRequests(
  { protocol, model }: Question,
  server: Endpoint,
  options: InputOptions,
): Promise<RequestSet> {
  const { input, signatures } = options;
  const sets: RequestSet[] = [];
  for (const signature of signatures) {
    const question = { protocol, model: { ...model, signature } };
    const taken = (of: Question) => fetchSignature(protocol, server, of.model);
    sets.push(
      input === null
        ? makeRequests(question, await taken(question), options)
        : await givenRequest(question, { bytes: await read(input), name: input }, taken),
    );
  }
  return mixRequests(sets);
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fileError(file, error);
  }
}

/** The help for these options. */
export const inputHelp = `  --signature=<key>,<key>,… One (serving_default), or several that are asked in turns.
  --batch=<rows>            Rows of a request (1).
  --dim=<size>,<input>.<index>=<size>,…
                            Sizes of other open dimensions: of all (1), of one.
  --below=<number>,<input>=<number>,…
                            Whole numbers of inputs are below this: of all (10), of one.
  --seed=<number>           Inputs are random numbers and words; the same seed makes the same (1).
  --input=<file>            The request itself: the JSON body of a REST Predict, or for gRPC a serialized PredictRequest.
`;
