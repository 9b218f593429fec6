import { create } from '@bufbuild/protobuf';
import { type ModelServerConfig, ModelServerConfigSchema } from '../../proto/index.ts';
import type { ServerOptions } from '../options.ts';
import { compileModelConfigs, type ModelConfigRules } from './compile-model-configs.ts';
import type { ModelConfig } from './model-config.ts';
import { readTextProtoFile } from './text-proto-file.ts';

/** The options that say which models are served. */
export type ModelOptions = Pick<
  ServerOptions,
  'modelConfigFile' | 'modelConfigListRootDir' | 'modelName' | 'modelBasePath'
>;

/**
 * The models to serve: those of the model config file, or where there is none the single one of
 * `modelName` and `modelBasePath` (spec 1.3 step 4).
 *
 * @param rules all but the root directory, which the options give.
 * @throws StatusError as {@link readTextProtoFile} and {@link compileModelConfigs} do.
 */
export async function readModelConfigs(
  options: ModelOptions,
  rules: Omit<ModelConfigRules, 'rootDirectory'>,
): Promise<readonly ModelConfig[]> {
  const config =
    options.modelConfigFile === ''
      ? singleModelConfig(options.modelName, options.modelBasePath)
      : await readTextProtoFile(ModelServerConfigSchema, options.modelConfigFile);
  return compileModelConfigs(config, { ...rules, rootDirectory: options.modelConfigListRootDir });
}

/** The config that stands for the flags of a single model (spec 2.4). */
function singleModelConfig(name: string, basePath: string): ModelServerConfig {
  return create(ModelServerConfigSchema, {
    config: {
      case: 'modelConfigList',
      value: { config: [{ name, basePath, modelPlatform: 'tensorflow' }] },
    },
  });
}
