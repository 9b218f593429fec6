import { create, toBinary } from '@bufbuild/protobuf';
import { type InferenceContext, modelStatus } from '../../../inference/index.ts';
import {
  GetModelStatusRequestSchema,
  GetModelStatusResponseSchema,
  ModelService,
  ModelVersionStatus_State as State,
} from '../../../proto/index.ts';
import { Code } from '../../../status/index.ts';
import type { GrpcService } from '../method.ts';
import { missingModelSpec, readMessage } from './messages.ts';
import { modelSpecOf } from './model-spec.ts';
import { notYet } from './not-yet.ts';

/** `tensorflow.serving.ModelService` over the models that `context` leads to (spec 6.7). */
export function modelService(context: InferenceContext): GrpcService {
  return {
    descriptor: ModelService,
    methods: {
      GetModelStatus: { kind: 'unary', handle: (message) => getModelStatus(context, message) },
      HandleReloadConfigRequest: notYet('HandleReloadConfigRequest'),
    },
  };
}

function getModelStatus(context: InferenceContext, message: Uint8Array): Uint8Array {
  const { modelSpec } = readMessage(GetModelStatusRequestSchema, message);
  if (modelSpec === undefined) throw missingModelSpec();
  const statuses = modelStatus(context, modelSpecOf(modelSpec));
  const response = create(GetModelStatusResponseSchema, {
    modelVersionStatus: statuses.map(({ id, state, error }) => ({
      version: id.version,
      state: State[state],
      status: { errorCode: error?.code ?? Code.OK, errorMessage: error?.message ?? '' },
    })),
  });
  return toBinary(GetModelStatusResponseSchema, response);
}
