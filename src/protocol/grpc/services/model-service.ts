import { create, toBinary } from '@bufbuild/protobuf';
import type { ServableStatus } from '../../../core/index.ts';
import { type InferenceContext, modelStatus } from '../../../inference/index.ts';
import {
  GetModelStatusRequestSchema,
  GetModelStatusResponseSchema,
  ModelService,
  ModelVersionStatus_State as State,
} from '../../../proto/index.ts';
import { Code } from '../../../status/index.ts';
import type { Bytes } from '../../../util/index.ts';
import type { GrpcService } from '../method.ts';
import { handleReloadConfig, type ReloadOptions } from './handle-reload-config.ts';
import { missingModelSpec, readMessage } from './messages.ts';
import { modelSpecOf } from './model-spec.ts';

/**
 * `tensorflow.serving.ModelService`: the states of the models that `context` leads to (spec 6.7),
 * and reloads of the model config (spec 2.6).
 */
export function modelService(context: InferenceContext, options: ReloadOptions): GrpcService {
  return {
    descriptor: ModelService,
    methods: {
      GetModelStatus: { kind: 'unary', handle: (message) => getModelStatus(context, message) },
      HandleReloadConfigRequest: {
        kind: 'unary',
        handle: (message, call) => handleReloadConfig(options, message, call),
      },
    },
  };
}

function getModelStatus(
  context: InferenceContext,
  message: Bytes,
): Uint8Array | Promise<Uint8Array> {
  const { modelSpec } = readMessage(GetModelStatusRequestSchema, message);
  if (modelSpec === undefined) throw missingModelSpec();
  const statuses = modelStatus(context, modelSpecOf(modelSpec));
  return statuses instanceof Promise ? statuses.then(encodeStatuses) : encodeStatuses(statuses);
}

function encodeStatuses(statuses: readonly ServableStatus[]): Uint8Array {
  const response = create(GetModelStatusResponseSchema, {
    modelVersionStatus: statuses.map(({ id, state, error }) => ({
      version: id.version,
      state: State[state],
      status: { errorCode: error?.code ?? Code.OK, errorMessage: error?.message ?? '' },
    })),
  });
  return toBinary(GetModelStatusResponseSchema, response);
}
