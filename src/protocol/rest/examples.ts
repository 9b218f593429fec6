import { type ExampleMethod, inferExamplesLogged } from '../../inference/index.ts';
import { joinBytes, pace } from '../../util/index.ts';
import { printExamplesReply } from './examples-reply.ts';
import { type ExamplesDocument, readExamplesRequest } from './examples-request.ts';
import type { RestReply, RestRequest } from './exchange.ts';
import { numberKernel } from './number-kernel.ts';
import type { RestHandlerOptions } from './options.ts';
import { jsonHeaders } from './reply.ts';
import type { RouteModel } from './route.ts';

/**
 * Answers `:classify` and `:regress` (spec 5.8). All of the body is read and checked before the model
 * is looked up, as the original does.
 *
 * @throws (or rejects with) StatusError
 */
export function examplesReply(
  options: RestHandlerOptions,
  request: RestRequest,
  model: RouteModel,
  method: ExampleMethod,
): RestReply | Promise<RestReply> {
  const { timeoutMs, maxJsonDepth: maxDepth } = options;
  const deadline = timeoutMs > 0 ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY;
  const reading = readExamplesRequest(joinBytes(request.body), {
    maxDepth,
    kernelSource: numberKernel,
    reserve: (bytes) => request.reserve(bytes),
  });
  const infer = ({ signatureName, examples }: ExamplesDocument) =>
    inferExamplesLogged<RestReply>(options.context, method, {
      modelSpec: { ...model, signatureName },
      deadline,
      checkMethodName: options.checkMethodName,
      get signal() {
        return request.signal;
      },
      input: { tensor: () => examples },
      reserve: (bytes) => request.reserve(bytes),
      encode: (_served, result) => {
        const body = pace(printExamplesReply(result), request);
        return body instanceof Promise ? body.then(success) : success(body);
      },
    });
  const document = pace(reading, request);
  return document instanceof Promise ? document.then(infer) : infer(document);
}

function success(body: Uint8Array): RestReply {
  return { status: 200, headers: jsonHeaders, body };
}
