import { predictLogged } from '../../../inference/index.ts';
import type { RestReply, RestRequest } from '../exchange.ts';
import type { RestHandlerOptions } from '../options.ts';
import type { RouteModel } from '../route.ts';
import type { BodyFormat } from './media-type.ts';
import { NpyPredict } from './npy-predict.ts';
import { ProtobufPredict } from './protobuf-predict.ts';
import type { ReplyForm } from './write-reply.ts';

/**
 * Answers a `:predict` whose body is no JSON.
 *
 * @param deadline ms on the `performance.now()` clock
 * @throws (or rejects with) StatusError
 */
export function binaryPredictReply(
  options: RestHandlerOptions,
  request: RestRequest,
  model: RouteModel,
  deadline: number,
  body: Exclude<BodyFormat, 'json'>,
  form: ReplyForm,
): RestReply | Promise<RestReply> {
  const Call = body === 'npy' ? NpyPredict : ProtobufPredict;
  return predictLogged(options.context, new Call(options, request, model, deadline, form));
}
