export * from './grpc/index.ts';
export type { RefusalReason } from './refusals.ts';
export { Refusals } from './refusals.ts';
export type { RestHandler, RestHandlerOptions, RestReply, RestRequest } from './rest/index.ts';
export { corsHeaders, createRestHandler, isReadInChunks } from './rest/index.ts';
