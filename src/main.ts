/** The process: runs its command line and ends with that command's exit code. */
import path from 'node:path';
import { runCommandLine } from './cli/index.ts';
import { endProcess } from './engines/index.ts';

const [, script = 'serval', ...args] = process.argv;
const program = path.basename(script).replace(/\.[jt]s$/, '');
endProcess(await runCommandLine(args, program === 'main' ? 'serval' : program));
