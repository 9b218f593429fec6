import { invalidArgument, type StatusError } from '../../status/index.ts';
import { debugText } from './json/debug-text.ts';

/** What is wrong with the value at `start`, which the text quotes (spec 5.4, 5.5, 5.8). */
export function formatError(json: Buffer, start: number, problem: string): StatusError {
  return invalidArgument(`JSON Value: ${debugText(json, start)} ${problem}`);
}
