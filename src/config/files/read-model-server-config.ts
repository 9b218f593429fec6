import { create } from '@bufbuild/protobuf';
import { type ModelServerConfig, ModelServerConfigSchema } from '../../proto/index.ts';
import type { ServerOptions } from '../options.ts';
import { readTextProtoFile } from './text-proto-file.ts';

/** The options that say which models are served. */
export type ModelListOptions = Pick<
  ServerOptions,
  'modelConfigFile' | 'modelName' | 'modelBasePath'
>;

/**
 * The config of the models to serve, as it is written: that of the model config file, or where
 * there is none the single one of `modelName` and `modelBasePath` (spec 1.3 step 4). Only parsed:
 * `compileModelConfigs` checks it. A file without a list gives a message whose `config.case`
 * is undefined, an empty list one whose case is `modelConfigList`.
 *
 * @throws StatusError as {@link readTextProtoFile} does.
 */
export async function readModelServerConfig(options: ModelListOptions): Promise<ModelServerConfig> {
  const { modelConfigFile, modelName, modelBasePath } = options;
  if (modelConfigFile === '') return singleModelConfig(modelName, modelBasePath);
  return await readTextProtoFile(ModelServerConfigSchema, modelConfigFile);
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
