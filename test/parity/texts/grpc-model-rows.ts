import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  GetModelMetadataRequestSchema,
  GetModelStatusRequestSchema,
  type ModelConfigSchema,
  ReloadConfigRequestSchema,
} from '../../../src/proto/index.ts';
import { type GrpcRow, halfPlusTwo, modelService, prediction, row, version } from './grpc-row.ts';

type Model = MessageInitShape<typeof ModelConfigSchema>;
const reload = (key: string, models: readonly Model[], text: string | RegExp, code?: string) =>
  row(
    key,
    `${modelService}/HandleReloadConfigRequest`,
    ReloadConfigRequestSchema,
    { config: { config: { case: 'modelConfigList', value: { config: [...models] } } } },
    text,
    code,
  );
const a = { name: 'a', basePath: '/nowhere', modelPlatform: 'tensorflow' };

const status = (
  key: string,
  spec: NonNullable<MessageInitShape<typeof GetModelStatusRequestSchema>['modelSpec']>,
  text: string,
) =>
  row(
    key,
    `${modelService}/GetModelStatus`,
    GetModelStatusRequestSchema,
    { modelSpec: spec },
    text,
    'NOT_FOUND',
  );
const metadata = (
  key: string,
  request: MessageInitShape<typeof GetModelMetadataRequestSchema>,
  text: string,
  code?: string,
) => row(key, `${prediction}/GetModelMetadata`, GetModelMetadataRequestSchema, request, text, code);

/** Of reloads, model status and metadata (spec 2.2, 2.6, 4.9, 6.6, 6.7). */
export const grpcModelRows: readonly GrpcRow[] = [
  reload('config-duplicate', [a, a], 'Illegal to list model a multiple times in config list'),
  reload(
    'config-relative',
    [{ ...a, basePath: 'b/c' }],
    'Expected model a to have an absolute path or URI; got base_path()=b/c',
  ),
  reload(
    'config-platform-change',
    [{ ...a, name: 'half_plus_two', modelPlatform: 'other' }],
    "Illegal to change a model's platform. For model half_plus_two platform was tensorflow and new platform requested is other",
  ),
  reload(
    'config-type-and-platform',
    [{ ...a, modelType: 1 }],
    'Illegal setting both ModelServerConfig::model_type (deprecated) and ModelServerConfig::model_platform, model name is a',
  ),
  reload(
    'config-no-platform',
    [{ ...a, modelPlatform: '' }],
    'Illegal setting neither ModelServerConfig::model_type (deprecated) nor ModelServerConfig::model_platform, model name is a',
  ),
  reload(
    'config-type',
    [{ ...a, modelPlatform: '', modelType: 2 }],
    'ModelServerConfig::model_type choice 2 not supported.',
  ),
  reload(
    'config-platform',
    [{ ...a, modelPlatform: 'zz' }],
    'Model a requests unsupported platform zz',
  ),
  row(
    'reload-kind',
    `${modelService}/HandleReloadConfigRequest`,
    ReloadConfigRequestSchema,
    {},
    'ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported',
  ),
  reload(
    'label-unavailable',
    [{ ...a, versionLabels: { stable: 7n } }],
    'Request to assign label to version 7 of model a, which is not currently available for inference',
    'FAILED_PRECONDITION',
  ),
  metadata('no-model-spec#metadata', {}, 'Missing ModelSpec'),
  metadata(
    'metadata-none',
    { modelSpec: halfPlusTwo },
    'GetModelMetadataRequest must specify at least one metadata_field',
  ),
  metadata(
    'metadata-field',
    { modelSpec: halfPlusTwo, metadataField: ['zz'] },
    'Metadata field zz is not supported',
  ),
  status('status-model#grpc', { name: 'nope' }, 'Could not find any versions of model nope'),
  status('status-model#empty', {}, 'Could not find any versions of model '),
  status(
    'status-version#grpc',
    { ...halfPlusTwo, versionChoice: version(9n) },
    'Could not find version 9 of model half_plus_two',
  ),
];
