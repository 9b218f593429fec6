import { unimplemented } from '../../status/index.ts';
import type { RestReply, RestRequest } from './exchange.ts';
import type { RestHandlerOptions } from './options.ts';
import type { RouteModel } from './route.ts';

/** Answers `:predict` (spec 5.5 to 5.7). */
export function predictReply(
  _options: RestHandlerOptions,
  _request: RestRequest,
  _model: RouteModel,
): RestReply | Promise<RestReply> {
  throw unimplemented('Method predict is not implemented by this server');
}
