import { readFile } from 'node:fs/promises';
import {
  type Endpoint,
  fetchSignature,
  givenRequest,
  makeRequests,
  mixRequests,
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
  /** The file with the request; null: it is made. */
  readonly input: string | null;
  readonly seed: number;
}

/** The options that {@link readInput} reads. */
export const inputOptionNames = ['signature', 'batch', 'dim', 'input', 'seed'] as const;

/** @throws UsageError */
export function readInput(options: OptionValues): InputOptions {
  const input = options.text('input');
  const batch = options.integer('batch', 1);
  const dims = options.text('dim');
  if (input !== null && (batch !== null || dims !== null)) {
    throw new UsageError('With --input the request is given: --batch and --dim have no meaning.');
  }
  const signatures = (options.text('signature') ?? defaultSignature).split(',');
  if (input !== null && signatures.length > 1) {
    throw new UsageError('With --input the request is given, of one --signature.');
  }
  const seed = options.integer('seed', 0) ?? 1;
  return { signatures, input, open: readDimensions(dims ?? '', batch ?? 1), seed };
}

/** `32` for all open dimensions, `<input>.<index>=<size>` for one, separated by commas. */
function readDimensions(text: string, batch: number): OpenDimensions {
  const named = new Map<string, number>();
  let all = 1;
  for (const part of text.split(',').filter((some) => some !== '')) {
    const [, name, size] = /^(?:(.+\.\d+)=)?([^=]+)$/.exec(part) ?? [];
    const value = wholeNumber('dim', size ?? part, 0);
    if (name === undefined) all = value;
    else named.set(name, value);
  }
  return { batch, all, named };
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
    if (input !== null) sets.push(givenRequest(question, await read(input), input));
    else {
      const taken = await fetchSignature(protocol, server, question.model);
      sets.push(makeRequests(question, taken, options));
    }
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
  --seed=<number>           Inputs are random numbers and words; the same seed makes the same (1).
  --input=<file>            The request itself: a JSON body for REST, a serialized PredictRequest for gRPC.
`;
