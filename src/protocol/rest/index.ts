export { isReadInChunks } from './binary/index.ts';
export type { RestHandler, RestReply, RestRequest } from './exchange.ts';
export { createRestHandler } from './handler.ts';
export type { MetricsPage } from './metrics-page.ts';
export type { RestHandlerOptions } from './options.ts';
export { corsHeaders, unknownMethodReply } from './reply.ts';
