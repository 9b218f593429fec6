import { stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type InferenceContext,
  type InferenceObserver,
  inferExamples,
  multiInference,
  predict,
} from '../inference/index.ts';
import type { ModelServable } from '../servables/index.ts';
import {
  Code,
  cancelled,
  dataLoss,
  fileError,
  invalidArgument,
  StatusError,
  unimplemented,
} from '../status/index.ts';
import { readTfRecords } from '../tfrecord/index.ts';
import { TimeSlices } from '../util/index.ts';
import { decodePredictionLog, LogType, type PredictionLog } from './decode-prediction-log.ts';
import { forEachAtOnce } from './for-each-at-once.ts';
import { OnlyServable } from './only-servable.ts';
import { recordText } from './record-text.ts';
import { ReplayedExamples, ReplayedMultiInference } from './replayed-examples.ts';
import { ReplayedPredict, type ReplayOptions } from './replayed-predict.ts';

/** How {@link warmUp} replays. */
export interface WarmupOptions extends ReplayOptions {
  /** Times that each record is run, at least 1 (`--num_request_iterations_for_warmup`). */
  readonly iterations: number;
  /** Records that are run at once, at least 1 (`num_model_warmup_threads` of a platform). */
  readonly atOnce: number;
  /** As for requests: refuse feeds that the declared shapes exclude, serve empty batches. */
  readonly checkShapes: boolean;
}

/** What {@link warmUp} did. */
export interface WarmupResult {
  /** Records read, those without a request included. */
  readonly records: number;
  /**
   * Where the file ends within the header of a record: the offset of that record, else null. The
   * file counts as ended there (spec 8), but whoever wrote it may have been cut off.
   */
  readonly cutAt: number | null;
  /** How long it all took. */
  readonly milliseconds: number;
}

/** Who is told of a warmup. */
export interface WarmupObserver extends InferenceObserver {
  /**
   * The file was read to its end, or to where it is damaged. TFS tells of no other ends.
   * @param status as text, `OK` where all went well; @param records that were run
   */
  warmedUp(status: string, records: number, milliseconds: number): void;
}

/** One warmup under way. */
interface Warmup {
  readonly context: InferenceContext;
  readonly options: WarmupOptions;
  readonly observer: InferenceObserver | undefined;
  readonly slices: TimeSlices;
}

/** Of TFS: the next record is still run, then the warmup fails. */
const maxRecords = 1000;

/** No protobuf message may be longer. */
const maxRecordBytes = 2 ** 31 - 1;

/** What the servable is called while it is warmed up; records name models that do not count. */
const servableName = 'warmup';

/**
 * Runs the requests that are recorded in a version's directory on the model that was just loaded
 * from it, so that its first clients do not wait for what runtimes do on first use (spec 8):
 * `<directory>/assets.extra/tf_serving_warmup_requests`, in their order, `atOnce` of them together, each
 * `iterations` times. Does nothing where there is no such file.
 *
 * Keeps no state of the module, and lets the event loop of its thread go on between runs.
 *
 * @param servable stays its owner's, who closes it once the promise is settled
 * @param directory absolute path of the version directory
 * @param observer is told of the end, and of runs under the names of models that are recorded
 * @throws StatusError of the first run that fails, as it is; INVALID_ARGUMENT for a record that is
 * no PredictionLog and for too many; UNIMPLEMENTED for kinds that TFS does not replay; DATA_LOSS
 * for a file that is no TFRecord file; CANCELLED once the signal is aborted
 */
export async function warmUp(
  servable: ModelServable,
  directory: string,
  options: WarmupOptions,
  observer?: WarmupObserver,
): Promise<WarmupResult> {
  const began = performance.now();
  const file = path.join(directory, 'assets.extra', 'tf_serving_warmup_requests');
  const { checkShapes } = options;
  const context = { lookup: new OnlyServable(servableName, servable), checkShapes };
  const warmup: Warmup = { context, options, observer, slices: new TimeSlices() };
  let records = 0;
  let cutAt: number | null = null;
  const onCutHeader = (offset: number) => {
    cutAt = offset;
  };
  const milliseconds = () => performance.now() - began;
  if (await exists(file)) {
    const onEnd = (status: string) => observer?.warmedUp(status, records, milliseconds());
    await forEachAtOnce(readRecords(file, onCutHeader, onEnd), options.atOnce, async (payload) => {
      await replay(warmup, parse(payload, file));
      if (++records > maxRecords) {
        throw invalidArgument(
          `Number of warmup records exceeds the maximum (${maxRecords}) at ${file}`,
        );
      }
    });
    onEnd('OK');
  }
  return { records, cutAt, milliseconds: milliseconds() };
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw fileError(file, error);
  }
}

async function* readRecords(
  file: string,
  onCutHeader: (offset: number) => void,
  onDamage: (status: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* readTfRecords(file, { maxRecordBytes, onCutHeader });
  } catch (error) {
    if (error instanceof StatusError && error.code === Code.DATA_LOSS) {
      onDamage(`DATA_LOSS: ${error.message}`);
      throw dataLoss(`${error.message}. Please verify your warmup data is in TFRecord format.`, {
        cause: error,
      });
    }
    throw error;
  }
}

function parse(payload: Uint8Array, file: string): PredictionLog {
  try {
    return decodePredictionLog(payload);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const text = `Failed to parse warmup record: ${recordText(payload)} from ${file}`;
    throw invalidArgument(text, { cause: error });
  }
}

/** Runs a record; does nothing for one that recorded no request. */
async function replay(warmup: Warmup, log: PredictionLog): Promise<void> {
  const { options } = warmup;
  switch (log.logType) {
    case LogType.PREDICT: {
      const call = new ReplayedPredict(servableName, log.request, options);
      const context = contextFor(warmup, log.request.modelSpec?.name);
      return repeat(warmup, () => predict(context, call));
    }
    case LogType.CLASSIFY:
    case LogType.REGRESS: {
      const method = log.logType === LogType.CLASSIFY ? 'classify' : 'regress';
      const call = new ReplayedExamples(servableName, log.request, options);
      const context = contextFor(warmup, log.request.modelSpec?.name);
      return repeat(warmup, () => inferExamples(context, method, call));
    }
    case LogType.MULTI_INFERENCE: {
      const call = new ReplayedMultiInference(servableName, log.request, options);
      const context = contextFor(warmup, log.request.modelSpec.name);
      return repeat(warmup, () => multiInference(context, call));
    }
    case LogType.SESSION_RUN:
    case LogType.PREDICT_STREAMED:
      throw unimplemented(`Unsupported log_type for warmup: ${log.logType}`);
    case LogType.NONE:
      return;
    default:
      return log satisfies never;
  }
}

/** Tells the observer, if there is one, of the model that a record names. */
function contextFor({ context, observer }: Warmup, modelName = ''): InferenceContext {
  if (observer === undefined) return context;
  return {
    ...context,
    observer: {
      modelRan: (api, _, microseconds) => observer.modelRan(api, modelName, microseconds),
      examplesRun: (method, _, count) => observer.examplesRun(method, modelName, count),
    },
  };
}

async function repeat({ options, slices }: Warmup, run: () => null | Promise<null>): Promise<void> {
  const { iterations, signal } = options;
  for (let i = 0; i < iterations; i++) {
    if (signal?.aborted) throw cancelled('The warmup was cancelled', { cause: signal.reason });
    await run();
    if (slices.due()) await slices.pause();
  }
}
