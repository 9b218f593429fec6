import { spawn } from 'node:child_process';
import type { Environment } from './cache.ts';

/** How a Python program ended. */
export interface PythonResult {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
}

const keptOutput = 64 * 1024;

/**
 * Runs a Python interpreter and waits for its end, also when an abort of `signal` has asked for it:
 * then it writes nothing more.
 *
 * @returns `null` where there is no such program.
 */
export function runPython(
  python: string,
  args: readonly string[],
  options: { readonly environment: Environment; readonly signal: AbortSignal | null },
): Promise<PythonResult | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.environment,
      ...(options.signal === null ? {} : { signal: options.signal }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-keptOutput);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-keptOutput);
    });
    let failure: NodeJS.ErrnoException | null = null;
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(null);
      else if (child.pid === undefined) reject(error);
      else failure = error;
    });
    child.once('close', (code) => {
      if (failure === null) resolve({ code, stdout, stderr });
      else reject(failure);
    });
  });
}

/** The TensorFlow that a Python has installed. */
export interface PythonTensorFlow {
  /** Folder of the package `tensorflow`, where its libraries lie. */
  readonly directory: string;
  /** Version of the distribution; `null` where no known one says. */
  readonly version: string | null;
}

/** Longest wait for a Python to answer; importing nothing, it needs a few hundredths of a second. */
const answerWithinMs = 10_000;

// The empty entry of sys.path is the current folder, where any folder called tensorflow would count.
const question = `
import importlib.metadata, importlib.util, json, sys
sys.path[:] = [entry for entry in sys.path if entry]
spec = importlib.util.find_spec("tensorflow")
folders = list(spec.submodule_search_locations or []) if spec else []
version = None
for name in ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu"):
    try:
        version = importlib.metadata.version(name)
        break
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"directory": folders[0] if folders else None, "version": version}))
`;

/**
 * Asks a Python where its TensorFlow is, without importing it.
 *
 * @returns `null` where there is no such Python, it has no TensorFlow, or it gives no answer.
 */
export async function findPythonTensorFlow(
  python: string,
  environment: Environment,
): Promise<PythonTensorFlow | null> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const result = await runPython(python, ['-c', question], { environment, signal });
    if (result === null || result.code !== 0) return null;
    const { directory, version } = JSON.parse(result.stdout) as Answer;
    return directory === null ? null : { directory, version };
  } catch {
    return null; // A Python that can't be asked has nothing to offer; the search ends without it.
  }
}

/** What the question prints. */
interface Answer {
  readonly directory: string | null;
  readonly version: string | null;
}
