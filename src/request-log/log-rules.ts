import { create, toBinary } from '@bufbuild/protobuf';
import type { ModelConfig } from '../config/index.ts';
import {
  type LoggingConfig,
  LoggingConfigSchema,
  LogMetadataSchema,
  type SamplingConfig,
} from '../proto/index.ts';
import { invalidArgument, notFound } from '../status/index.ts';
import { collectorTypes, isCollectorType, type LoggerSpec } from './collectors.ts';

/** What of one model's requests is logged, and where: all that a thread which serves must know. */
export interface LogRule {
  readonly model: string;
  /** Of a {@link LoggerSpec}. */
  readonly logger: number;
  /** The share of requests that is logged, 0 to 1. */
  readonly rate: number;
  /** The part of each record's LogMetadata that is always the same, serialized. */
  readonly metadata: Uint8Array;
}

/** What a configuration of models asks to log. */
export interface LogPlan {
  readonly rules: readonly LogRule[];
  readonly loggers: readonly LoggerSpec[];
  /** A line for each field that has no effect. */
  readonly warnings: readonly string[];
}

/** What this server is among its siblings, for `per_task_sampling_configs`. */
export interface LogPlace {
  /** Empty: none is known. */
  readonly dc: string;
  /** Below 0: none is known. */
  readonly taskIndex: number;
  /** The tags of every model that is served. */
  readonly tags: readonly string[];
}

/** Gives equal configurations equal numbers, for the life of a server: what is written goes on. */
export class LoggerNumbers {
  readonly #numbers = new Map<string, number>();

  of(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(key, number);
    return number;
  }
}

/**
 * Which requests are to be logged, by the `logging_config` of models (spec 9). Models with equal ones
 * share a logger. Rates of 0 count as no configuration, once they were checked.
 *
 * @throws StatusError NOT_FOUND for a type of collector that there is not, INVALID_ARGUMENT for an
 * empty `filename_prefix`.
 */
export function planLogs(
  models: readonly Pick<ModelConfig, 'name' | 'loggingConfig'>[],
  place: LogPlace,
  numbers: LoggerNumbers,
): LogPlan {
  const rules: LogRule[] = [];
  const loggers = new Map<number, LoggerSpec>();
  const warnings: string[] = [];
  for (const { name, loggingConfig } of models) {
    if (loggingConfig === null) continue;
    const { type, filenamePrefix } = checkedCollector(name, loggingConfig);
    warnings.push(...withoutEffect(name, loggingConfig));
    const rate = samplingRate(loggingConfig.samplingConfig, place);
    if (!(rate > 0)) continue;
    const key = Buffer.from(toBinary(LoggingConfigSchema, loggingConfig)).toString('latin1');
    const logger = numbers.of(key);
    loggers.set(logger, { logger, type, filenamePrefix });
    rules.push({ model: name, logger, rate, metadata: metadataOf(loggingConfig, place) });
  }
  return { rules, loggers: [...loggers.values()], warnings };
}

function checkedCollector(
  model: string,
  { logCollectorConfig }: LoggingConfig,
): Pick<LoggerSpec, 'type' | 'filenamePrefix'> {
  const { type = '', filenamePrefix = '' } = logCollectorConfig ?? {};
  if (!isCollectorType(type)) {
    throw notFound(`Cannot find LogCollector::Factory for type: ${type}`, {
      cause: new Error(`model ${model} can have: ${collectorTypes.join(', ')}`),
    });
  }
  if (filenamePrefix === '') {
    throw invalidArgument(
      `The log_collector_config of model ${model} has no filename_prefix: where to write is not known`,
    );
  }
  return { type, filenamePrefix };
}

function withoutEffect(
  model: string,
  { customLoggingConfig, samplingConfig }: LoggingConfig,
): string[] {
  const lines: string[] = [];
  if (customLoggingConfig !== undefined) {
    lines.push(
      `custom_logging_config of model ${model} has no effect: there are no other loggers.`,
    );
  }
  if ((samplingConfig?.attributes ?? 0) !== 0) {
    lines.push(
      `attributes of the sampling_config of model ${model} have no effect: where requests come from and how critical they are is not known.`,
    );
  }
  return lines;
}

/** The first configuration for this task counts, else the general one. */
function samplingRate(
  sampling: SamplingConfig | undefined,
  { dc, taskIndex }: Pick<LogPlace, 'dc' | 'taskIndex'>,
): number {
  const own = sampling?.perTaskSamplingConfigs.find(
    (task) =>
      (task.dc === '' || task.dc === dc) &&
      (task.taskIndex === undefined || task.taskIndex === taskIndex),
  );
  return own?.samplingRate ?? sampling?.samplingRate ?? 0;
}

function metadataOf({ samplingConfig }: LoggingConfig, { dc, tags }: LogPlace): Uint8Array {
  return toBinary(
    LogMetadataSchema,
    create(LogMetadataSchema, {
      ...(samplingConfig !== undefined && { samplingConfig }),
      savedModelTags: [...tags],
      dc,
    }),
  );
}
