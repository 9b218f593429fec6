import { modelMetadata, modelStatus } from '../../inference/index.ts';
import { Code, invalidArgument, StatusError } from '../../status/index.ts';
import { ownRequestFields } from './binary/request-names.ts';
import { examplesReply } from './examples.ts';
import type { RestHandler, RestReply, RestRequest } from './exchange.ts';
import { metadataReply } from './metadata-reply.ts';
import { asksForMetrics, type MetricsPage, metricsReply } from './metrics-page.ts';
import type { RestHandlerOptions } from './options.ts';
import { predictReply } from './predict.ts';
import {
  corsHeaders,
  errorReply,
  httpStatus,
  jsonHeaders,
  pageReply,
  unknownMethodReply,
} from './reply.ts';
import { latin1AsUtf8, type Route, type RouteModel, Routes } from './route.ts';
import { statusReply } from './status-reply.ts';

/**
 * The REST API of TensorFlow Serving (spec 5): whole requests in, whole replies out.
 *
 * The handler keeps nothing between requests but what paths mean, and may be shared by any number of listeners of one
 * thread. What it answers itself, without looking a model up, is synchronous; so is a predict
 * whose body, run and reply are small.
 */
export function createRestHandler(options: RestHandlerOptions): RestHandler {
  const { cors, logger, observer, metricsPage = null } = options;
  const routes = new Routes();

  const tell = (route: Route, code: Code, began: number): void => {
    if (observer === undefined || !isOfApi(route)) return;
    const api = route.kind === 'inference' ? route.method : '';
    const name = 'model' in route ? route.model.name : '';
    observer.requestDone('REST', api, name, code, (performance.now() - began) * 1000);
  };

  const refuse = (
    thrown: unknown,
    request: RestRequest,
    route: Route,
    began: number,
  ): RestReply => {
    const error = StatusError.from(thrown);
    tell(route, error.code, began);
    const fields = { requestId: request.requestId, target: request.target, error };
    if (httpStatus(error.code) === 500) logger.error('A REST request failed', fields);
    else if (logger.isEnabled('debug')) logger.debug('A REST request was refused', fields);
    return errorReply(error);
  };

  const answer = (request: RestRequest, route: Route): RestReply | Promise<RestReply> => {
    const began = performance.now();
    try {
      const reply = dispatch(options, request, route);
      if (reply instanceof Promise) {
        return reply.then(
          (done) => {
            tell(route, Code.OK, began);
            return done;
          },
          (thrown: unknown) => refuse(thrown, request, route, began),
        );
      }
      // Only refusals of spec 5.1 and 5.10 that have no text are replies already.
      tell(route, reply.status === 200 ? Code.OK : Code.INVALID_ARGUMENT, began);
      return reply;
    } catch (thrown) {
      return refuse(thrown, request, route, began);
    }
  };

  const page = (of: MetricsPage, request: RestRequest): RestReply | Promise<RestReply> => {
    const reply = metricsReply(of, request);
    if (!(reply instanceof Promise)) return reply;
    return reply.catch((thrown: unknown) => errorReply(StatusError.from(thrown)));
  };

  return (request) => {
    const route = routes.find(request.method, request.target);
    if (metricsPage !== null && asksForMetrics(metricsPage, request)) {
      return route.kind === 'unknown-method' ? answer(request, route) : page(metricsPage, request);
    }
    const reply = answer(request, route);
    if (!cors || route.kind === 'not-found' || route.kind === 'unknown-method') return reply;
    if (reply instanceof Promise) return reply.then(withCors);
    const open = withCors(reply);
    return route.kind === 'preflight' ? withOwnFields(open, request) : open;
  };
}

/** Whether TFS counts requests of this kind. */
function isOfApi({ kind }: Route): boolean {
  return kind !== 'not-found' && kind !== 'unknown-method';
}

function dispatch(
  options: RestHandlerOptions,
  request: RestRequest,
  route: Route,
): RestReply | Promise<RestReply> {
  switch (route.kind) {
    case 'inference':
      if (route.method === 'predict') return predictReply(options, request, route.model);
      return examplesReply(options, request, route.model, route.method);
    case 'metadata':
      return metadataReply(modelMetadata(options.context, named(route.model)));
    case 'status':
      return statusReplyOf(modelStatus(options.context, named(route.model)));
    case 'preflight':
      return preflightReply(request);
    case 'version-out-of-range':
      // The original refuses before it has a body to write (spec 5.1).
      return { status: httpStatus(Code.INVALID_ARGUMENT), headers: jsonHeaders, body: '' };
    case 'malformed':
      throw invalidArgument(`Malformed request: ${request.method} ${latin1AsUtf8(request.target)}`);
    case 'not-found':
      return pageReply(404, 'Not Found');
    case 'unknown-method':
      return unknownMethodReply();
  }
}

function statusReplyOf(statuses: ReturnType<typeof modelStatus>): RestReply | Promise<RestReply> {
  return statuses instanceof Promise ? statuses.then(statusReply) : statusReply(statuses);
}

function named(model: RouteModel) {
  if (model.name === '') throw invalidArgument('Missing model name in request.');
  return { ...model, signatureName: '' };
}

/** The answer to a browser's question before a cross-origin request (spec 5.10). */
function preflightReply({ headers }: RestRequest): RestReply {
  const allowed = /https?:\/\//.test(String(headers.origin ?? ''));
  return { status: allowed ? 200 : 400, headers: {}, body: '' };
}

/** Fields with CORS by fields without: few, and the same objects mostly. */
const fieldsWithCors = new WeakMap<RestReply['headers'], RestReply['headers']>();

function withCors(reply: RestReply): RestReply {
  const { headers } = reply;
  let fields = fieldsWithCors.get(headers);
  if (fields === undefined) {
    fields = Object.freeze({ ...headers, ...corsHeaders });
    fieldsWithCors.set(headers, fields);
  }
  return { ...reply, headers: fields };
}

/** Serval's own request fields are allowed to those that ask for them; all others see TFS's answer. */
function withOwnFields(reply: RestReply, { headers }: RestRequest): RestReply {
  const asked = String(headers['access-control-request-headers'] ?? '').toLowerCase();
  if (!/(^|[\s,])serval-/.test(asked)) return reply;
  const allowed = [corsHeaders['Access-Control-Allow-Headers'], ...ownRequestFields].join(', ');
  return { ...reply, headers: { ...reply.headers, 'Access-Control-Allow-Headers': allowed } };
}
