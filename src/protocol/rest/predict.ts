import {
  type BoundInputs,
  bindOutputFilter,
  checkPredictMethodName,
  predictLogged,
} from '../../inference/index.ts';
import { joinBytes, pace } from '../../util/index.ts';
import {
  binaryPredictReply,
  checkReply,
  negotiate,
  outputFilterOf,
  type ReplyForm,
  writeReply,
} from './binary/index.ts';
import type { RestReply, RestRequest } from './exchange.ts';
import { expectedSignature } from './expected-signature.ts';
import { numberKernel } from './number-kernel.ts';
import type { RestHandlerOptions } from './options.ts';
import { printPredictReply } from './predict-reply.ts';
import {
  type PredictDocument,
  predictFormat,
  readInputs,
  scanPredictRequest,
  selectSignature,
} from './predict-request.ts';
import { jsonHeaders } from './reply.ts';
import type { RouteModel } from './route.ts';

/**
 * Answers `:predict` (spec 5.5 to 5.7). What is wrong is found in the order of the original: the
 * syntax of the whole body, the model, the signature, the tensors, the method name.
 *
 * @throws (or rejects with) StatusError
 */
export function predictReply(
  options: RestHandlerOptions,
  request: RestRequest,
  model: RouteModel,
): RestReply | Promise<RestReply> {
  const { timeoutMs, maxJsonDepth, asTensorContent } = options;
  const deadline = timeoutMs > 0 ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY;
  const negotiated = negotiate(request);
  let form: ReplyForm | null = null;
  if (negotiated !== null) {
    const { body, reply } = negotiated;
    form = { type: reply, modelName: model.name, asTensorContent };
    if (body !== 'json') {
      return binaryPredictReply(options, request, model, deadline, body, form);
    }
  }
  const body = joinBytes(request.body);
  const expected = expectedSignature(options.context, model);
  const scan = scanPredictRequest(body, maxJsonDepth, expected, numberKernel);
  const document = pace(scan, request.signal);
  if (!(document instanceof Promise)) {
    return answer(options, request, model, deadline, form, document);
  }
  return document.then((scanned) => answer(options, request, model, deadline, form, scanned));
}

function answer(
  { context, checkMethodName }: RestHandlerOptions,
  request: RestRequest,
  model: RouteModel,
  deadline: number,
  form: ReplyForm | null,
  document: PredictDocument,
): RestReply | Promise<RestReply> {
  const { signal } = request;
  const reserve = (bytes: number) => request.reserve(bytes);
  return predictLogged<RestReply>(context, {
    modelSpec: { ...model, signatureName: document.signatureName },
    deadline,
    signal,
    reserve,
    selectSignature: (signatures) => selectSignature(signatures, document),
    bind: (signature, allocator) => {
      const metered = { allocate: allocator.allocate.bind(allocator), reserve };
      let fetches: BoundInputs['fetches'] = null;
      if (form !== null) {
        fetches = bindOutputFilter(signature, outputFilterOf(request));
        checkReply(form, signature, fetches);
      }
      const bound = pace(readInputs(document, signature, metered), signal);
      if (form === null && !checkMethodName) return bound;
      const complete = ({ feeds }: BoundInputs): BoundInputs => {
        if (checkMethodName) checkPredictMethodName(signature);
        return { feeds, fetches };
      };
      return bound instanceof Promise ? bound.then(complete) : complete(bound);
    },
    encode: (result) => {
      if (form !== null) return writeReply(form, result, signal);
      const { aliases, tensors } = result;
      const body = pace(printPredictReply(aliases, tensors, predictFormat(document)), signal);
      return body instanceof Promise ? body.then(success) : success(body);
    },
  });
}

function success(body: Uint8Array): RestReply {
  return { status: 200, headers: jsonHeaders, body };
}
