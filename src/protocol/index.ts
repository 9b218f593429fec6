export * from './grpc/index.ts';
export type { RefusalReason } from './refusals.ts';
export { Refusals } from './refusals.ts';
export type { RestHandler, RestReply, RestRequest } from './rest/exchange.ts';
