import { fromBinary, toJson } from '@bufbuild/protobuf';
import type { ModelMetadata } from '../../inference/index.ts';
import { registry, SignatureDefMapSchema } from '../../proto/index.ts';
import type { RestReply } from './exchange.ts';
import { jsonHeaders } from './reply.ts';

/**
 * The reply to `GET …/metadata` (spec 5.3): two messages as protobuf JSON, original field names
 * and defaults printed, joined as the original joins them, line breaks included.
 */
export function metadataReply({ id, signatureDefMap }: ModelMetadata): RestReply {
  const modelSpec = { name: id.name, signature_name: '', version: String(id.version) };
  const signatures = toJson(
    SignatureDefMapSchema,
    fromBinary(SignatureDefMapSchema, signatureDefMap),
    { alwaysEmitImplicit: true, useProtoFieldName: true, registry },
  );
  const body =
    `{\n"model_spec":${indented(modelSpec)},\n` +
    `"metadata": {"signature_def": ${indented(signatures)}}\n}\n`;
  return { status: 200, headers: jsonHeaders, body };
}

function indented(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
