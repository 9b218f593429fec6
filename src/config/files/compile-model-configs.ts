import path from 'node:path';
import {
  ModelOptions_Batching as BatchingChoice,
  type ModelConfig as ModelConfigMessage,
  type ModelServerConfig,
  ModelType,
  ModelOptions_AspiredVersionPolicy as PolicyChoice,
  type FileSystemStoragePathSourceConfig_ServableVersionPolicy as PolicyMessage,
} from '../../proto/index.ts';
import { invalidArgument } from '../../status/index.ts';
import type { AspiredVersionPolicyName } from '../options.ts';
import type { ModelConfig, VersionPolicy } from './model-config.ts';

/** What the compilation needs to know beyond the message. */
export interface ModelConfigRules {
  /** Folder to which relative base paths are joined; empty: they are refused, as in TFS. */
  readonly rootDirectory: string;
  /** The platforms that can be served. */
  readonly platforms: ReadonlySet<string>;
  /** Of a reload: the models configured so far, which must keep their platforms. */
  readonly current?: readonly ModelConfig[] | undefined;
  /**
   * Called with the labels of every model by name, after the checks of paths and before those of
   * platforms, where TFS assigns them (spec 4.9). It only checks: rules that follow may still refuse
   * the config, so nothing is assigned here. What it throws ends the compilation.
   */
  readonly checkLabels?:
    | ((labels: ReadonlyMap<string, ReadonlyMap<string, bigint>>) => void)
    | undefined;
}

/**
 * The models that a ModelServerConfig lists, checked in the order of spec 2.2 and frozen, in the
 * order of the list. A config that lists none is legal, and so is one without a list: whoever must
 * tell them apart (spec 2.5 rule 2) looks at `config.case` of the message. Changes nothing, so a
 * config is known to be valid as a whole before any of it is applied.
 *
 * @throws StatusError INVALID_ARGUMENT with TFS's text for the first rule broken; what
 *   `checkLabels` throws.
 */
export function compileModelConfigs(
  config: ModelServerConfig,
  rules: ModelConfigRules,
): readonly ModelConfig[] {
  const models = listedModels(config);
  checkNames(models);
  const basePaths = models.map((model) => absoluteBasePath(model, rules.rootDirectory));
  checkKeptPlatforms(models, rules.current ?? []);
  const labels = new Map(models.map(({ name, versionLabels }) => [name, labelsOf(versionLabels)]));
  rules.checkLabels?.(labels);
  const platforms = models.map((model) => supportedPlatform(model, rules.platforms));
  return Object.freeze(
    models.map((model, index) =>
      Object.freeze({
        name: model.name,
        basePath: basePaths[index]!,
        platform: platforms[index]!,
        versionPolicy: versionPolicy(model.modelVersionPolicy),
        aspiredVersionPolicy: aspiredVersionPolicy(model),
        isBatchedAdaptively: isBatchedAdaptively(model),
        targetP99Ms: targetP99Ms(model),
        labels: labels.get(model.name)!,
        loggingConfig: model.loggingConfig ?? null,
      }),
    ),
  );
}

function listedModels(config: ModelServerConfig): readonly ModelConfigMessage[] {
  if (config.config.case === 'modelConfigList') return config.config.value.config;
  if (config.config.case === undefined) return [];
  throw invalidArgument(
    'ModelServerConfig::custom_model_config is not supported. Use model_config_list.',
  );
}

function checkNames(models: readonly ModelConfigMessage[]): void {
  const names = new Set<string>();
  for (const { name } of models) {
    if (names.has(name)) {
      throw invalidArgument(`Illegal to list model ${name} multiple times in config list`);
    }
    names.add(name);
  }
}

/** A path from the root, or `scheme://…` with a scheme as TensorFlow's file systems have them. */
const isAbsolute = (path: string): boolean =>
  path.startsWith('/') || /^[a-zA-Z][0-9a-zA-Z.]*:\/\/./.test(path);

function absoluteBasePath({ name, basePath }: ModelConfigMessage, rootDirectory: string): string {
  if (isAbsolute(basePath)) return basePath;
  if (rootDirectory === '') {
    throw invalidArgument(
      `Expected model ${name} to have an absolute path or URI; got base_path()=${basePath}`,
      { cause: new Error(relativePathHint(basePath)) },
    );
  }
  const joined = `${rootDirectory.replace(/\/+$/, '')}/${basePath}`;
  if (isAbsolute(joined)) return joined;
  throw invalidArgument(
    `Expected model ${name} with updated base_path = JoinPath(${rootDirectory}, ${basePath}) to have an absolute path; got ${joined}`,
  );
}

function relativePathHint(basePath: string): string {
  return `give it from the root, perhaps ${path.resolve(basePath)}, or set --model_config_list_root_dir`;
}

function checkKeptPlatforms(
  models: readonly ModelConfigMessage[],
  current: readonly ModelConfig[],
): void {
  const platforms = new Map(current.map(({ name, platform }) => [name, platform]));
  for (const model of models) {
    const before = platforms.get(model.name);
    if (before === undefined) continue;
    const requested = requestedPlatform(model);
    if (requested !== before) {
      throw invalidArgument(
        `Illegal to change a model's platform. For model ${model.name} platform was ${before} and new platform requested is ${requested}`,
      );
    }
  }
}

const labelsOf = (labels: ModelConfigMessage['versionLabels']): ReadonlyMap<string, bigint> =>
  new Map(Object.entries(labels));

function requestedPlatform({ name, modelType, modelPlatform }: ModelConfigMessage): string {
  const hasType = modelType !== ModelType.MODEL_TYPE_UNSPECIFIED;
  if (hasType === (modelPlatform !== '')) {
    throw invalidArgument(
      `Illegal setting ${hasType ? 'both' : 'neither'} ModelServerConfig::model_type (deprecated) ${hasType ? 'and' : 'nor'} ModelServerConfig::model_platform, model name is ${name}`,
      { cause: new Error('give each model the one line model_platform: "tensorflow"') },
    );
  }
  if (!hasType) return modelPlatform;
  if (modelType === ModelType.TENSORFLOW) return 'tensorflow';
  throw invalidArgument(`ModelServerConfig::model_type choice ${modelType} not supported.`);
}

function supportedPlatform(model: ModelConfigMessage, supported: ReadonlySet<string>): string {
  const platform = requestedPlatform(model);
  if (supported.has(platform)) return platform;
  throw invalidArgument(`Model ${model.name} requests unsupported platform ${platform}`);
}

function versionPolicy(message: PolicyMessage | undefined): VersionPolicy {
  const choice = message?.policyChoice;
  if (choice?.case === 'all') return Object.freeze({ kind: 'all' });
  if (choice?.case === 'specific') {
    return Object.freeze({ kind: 'specific', versions: Object.freeze([...choice.value.versions]) });
  }
  const count = choice?.case === 'latest' ? choice.value.numVersions : 0;
  return Object.freeze({ kind: 'latest', count: Math.max(1, count) });
}

function aspiredVersionPolicy({
  name,
  serval,
}: ModelConfigMessage): AspiredVersionPolicyName | null {
  const choice = serval?.aspiredVersionPolicy ?? PolicyChoice.UNSPECIFIED;
  switch (choice) {
    case PolicyChoice.UNSPECIFIED:
      return null;
    case PolicyChoice.AVAILABILITY_PRESERVING:
      return 'availability_preserving';
    case PolicyChoice.RESOURCE_PRESERVING:
      return 'resource_preserving';
    default:
      // Enums are open in proto3: a client of a later version may send any number.
      throw invalidArgument(`Model ${name} requests unsupported aspired_version_policy ${choice}`);
  }
}

function isBatchedAdaptively({ name, serval }: ModelConfigMessage): boolean {
  const choice = serval?.batching ?? BatchingChoice.BATCHING_UNSPECIFIED;
  if (choice === BatchingChoice.BATCHING_UNSPECIFIED) return false;
  if (choice === BatchingChoice.AUTO) return true;
  throw invalidArgument(`Model ${name} requests unsupported batching ${choice}`);
}

function targetP99Ms({ name, serval }: ModelConfigMessage): number {
  const target = serval?.targetP99Ms ?? 0;
  if (target >= 0) return target;
  throw invalidArgument(`target_p99_ms of model ${name} must not be negative; was ${target}`);
}
