import { create, fromBinary, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import {
  GetModelMetadataRequestSchema,
  GetModelMetadataResponseSchema,
  registry,
  type SignatureDefMap,
  SignatureDefMapSchema,
} from '../proto/index.ts';
import { Code, notFound, StatusError, toCode, unavailable, unknown } from '../status/index.ts';
import type { Channel } from './channel.ts';
import type { Endpoint } from './connect.ts';
import { errorText } from './error-text.ts';
import { answerTimeoutMs, httpGet } from './http-get.ts';
import { type ModelChoice, modelPath, modelSpec } from './model-choice.ts';
import { type ApiProtocol, openChannel } from './open-channel.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { type Signature, signatureOf } from './signature.ts';

/**
 * What a model takes, as its server tells (`GetModelMetadata`).
 *
 * @throws StatusError where there is no such server, model, version or signature
 */
export async function fetchSignature(
  protocol: ApiProtocol,
  endpoint: Endpoint,
  model: ModelChoice,
): Promise<Signature> {
  return protocol === 'rest' ? overRest(endpoint, model) : overGrpc(endpoint, model);
}

async function overRest(endpoint: Endpoint, model: ModelChoice): Promise<Signature> {
  const { status, body } = await httpGet(endpoint, `${modelPath(model)}/metadata`);
  if (status !== 200) {
    const text = `${status}: ${errorText(body)}`;
    throw status === 404 ? notFound(text) : unknown(text);
  }
  return signatureOf(mapFromJson(body), model);
}

const noMetadata = 'The answer for the metadata of the model is none of a model server';

/** @throws StatusError UNKNOWN what is no reply of a model server */
function mapFromMessage(answer: Buffer): SignatureDefMap {
  try {
    const any = fromBinary(GetModelMetadataResponseSchema, answer).metadata.signature_def;
    const map = any === undefined ? undefined : anyUnpack(any, SignatureDefMapSchema);
    return map ?? create(SignatureDefMapSchema);
  } catch (error) {
    throw unknown(noMetadata, { cause: error });
  }
}

/** @throws StatusError UNKNOWN what is no reply of a model server */
function mapFromJson(body: Buffer): SignatureDefMap {
  try {
    const reply = JSON.parse(body.toString()) as { metadata: { signature_def: JsonValue } };
    return fromJson(SignatureDefMapSchema, reply.metadata.signature_def, {
      registry,
      ignoreUnknownFields: true,
    });
  } catch (error) {
    throw unknown(noMetadata, { cause: error });
  }
}

async function overGrpc(endpoint: Endpoint, model: ModelChoice): Promise<Signature> {
  const request = create(GetModelMetadataRequestSchema, {
    modelSpec: modelSpec(model),
    metadataField: ['signature_def'],
  });
  const channel = await openOrThrow('grpc', endpoint);
  try {
    const question = {
      path: '/tensorflow.serving.PredictionService/GetModelMetadata',
      contentType: 'application/grpc',
      body: toBinary(GetModelMetadataRequestSchema, request),
      answer: null,
    };
    const answer = await ask(channel, question, answerTimeoutMs);
    return signatureOf(mapFromMessage(answer), model);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== Code.UNIMPLEMENTED) throw error;
    throw new StatusError(
      error.code,
      `The server does not tell what its models take, give a request (--input): ${error.message}`,
    );
  } finally {
    channel.close();
  }
}

/** A connection. @throws StatusError UNAVAILABLE where there is no such server. */
export async function openOrThrow(protocol: ApiProtocol, endpoint: Endpoint): Promise<Channel> {
  try {
    return await openChannel(protocol, endpoint);
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Asks once.
 *
 * @throws StatusError what the server answered, its code where gRPC gives one; UNAVAILABLE where it
 *   does not within this time
 */
export function ask(channel: Channel, request: PreparedRequest, withinMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(unavailable(`The server does not answer within ${withinMs / 1000} s`)),
      withinMs,
    );
    channel.ask(request, (failure, answer) => {
      clearTimeout(timer);
      if (failure === null) resolve(answer!);
      else reject(statusOf(failure));
    });
  });
}

function statusOf(failure: string): StatusError {
  const [name = ''] = failure.split(':', 1);
  const code = Object.hasOwn(Code, name) ? Code[name as keyof typeof Code] : Code.UNKNOWN;
  return new StatusError(toCode(code), failure);
}
