import type { ServerOptions } from '../config/index.ts';

/** Threads of libuv's pool that file system and DNS work have beside the model runs. */
const ioThreads = 4;

/** Levels of TensorFlow's own log (glog's numbers) that go with ours. */
const tensorflowLevels: Readonly<Record<ServerOptions['logLevel'], number>> = {
  fatal: 3,
  error: 2,
  warn: 1,
  info: 1,
  debug: 0,
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
  process.env.TF_CPP_MIN_LOG_LEVEL ??= String(tensorflowLevels[options.logLevel]);
}
