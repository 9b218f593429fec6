import { create, toBinary } from '@bufbuild/protobuf';
import { type InferenceContext, modelMetadata } from '../../../inference/index.ts';
import {
  GetModelMetadataRequestSchema,
  GetModelMetadataResponseSchema,
  SignatureDefMapSchema,
} from '../../../proto/index.ts';
import { invalidArgument } from '../../../status/index.ts';
import type { Bytes } from '../../../util/index.ts';
import { missingModelSpec, readMessage } from './messages.ts';
import { modelSpecOf } from './model-spec.ts';

const signatureDefField = 'signature_def';

/**
 * `GetModelMetadata` (spec 6.6), from a serialized request to a serialized response.
 *
 * @throws StatusError in the order of the checks there
 */
export function getModelMetadata(context: InferenceContext, message: Bytes): Uint8Array {
  const { modelSpec, metadataField } = readMessage(GetModelMetadataRequestSchema, message);
  if (modelSpec === undefined) throw missingModelSpec();
  if (metadataField.length === 0) {
    throw invalidArgument('GetModelMetadataRequest must specify at least one metadata_field');
  }
  const unsupported = metadataField.find((field) => field !== signatureDefField);
  if (unsupported !== undefined) {
    throw invalidArgument(`Metadata field ${unsupported} is not supported`);
  }
  const { id, signatureDefMap } = modelMetadata(context, modelSpecOf(modelSpec));
  const response = create(GetModelMetadataResponseSchema, {
    modelSpec: { name: id.name, versionChoice: { case: 'version', value: { value: id.version } } },
    metadata: {
      [signatureDefField]: {
        typeUrl: `type.googleapis.com/${SignatureDefMapSchema.typeName}`,
        value: signatureDefMap,
      },
    },
  });
  return toBinary(GetModelMetadataResponseSchema, response);
}
