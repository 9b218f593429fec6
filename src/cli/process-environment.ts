import { setFlagsFromString } from 'node:v8';
import type { ServerOptions } from '../config/index.ts';

/** Threads of libuv's pool that file system and DNS work have beside the model runs. */
const ioThreads = 4;

/**
 * Levels of TensorFlow's own log (0 all, 1 no information, 2 no warnings, 3 no errors) that go with
 * ours. It writes plain text, several lines for one failure; the failure itself comes back as a
 * status, and is one line of our log.
 */
const tensorflowLevels: Readonly<Record<ServerOptions['logLevel'], number>> = {
  fatal: 3,
  error: 3,
  warn: 3,
  info: 3,
  debug: 1,
  trace: 0,
};

/**
 * Sets what native code reads from the environment: the size of libuv's thread pool, on which model
 * runs wait, and the level of TensorFlow's log. What the user has set stays.
 *
 * Call it on the main thread, whose `process.env` is the real environment, before anything has
 * used the pool (file system work other than synchronous, DNS, compression) and before TensorFlow
 * is loaded. Importing modules uses neither.
 */
export function prepareProcess(options: Pick<ServerOptions, 'engineThreads' | 'logLevel'>): void {
  process.env.UV_THREADPOOL_SIZE ??= String(options.engineThreads + ioThreads);
  // Set for this thread at the start of the process; others have limits of their own, which it would
  // overrule.
  setFlagsFromString('--max-semi-space-size=0');
  process.env.TF_CPP_MIN_LOG_LEVEL ??= String(tensorflowLevels[options.logLevel]);
}
