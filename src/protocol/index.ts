export * from './grpc/index.ts';
export type { RefusalReason } from './refusals.ts';
export { Refusals } from './refusals.ts';
export type { RequestObserver } from './request-observer.ts';
export type {
  MetricsPage,
  RestHandler,
  RestHandlerOptions,
  RestReply,
  RestRequest,
} from './rest/index.ts';
export {
  corsHeaders,
  createRestHandler,
  isReadInChunks,
  unknownMethodReply,
} from './rest/index.ts';
