export { HpackDecoder } from './hpack/decoder.ts';
export type { ReplyFields } from './hpack/encoder.ts';
export type { ConnectionLimits } from './limits.ts';
export type { RequestFields } from './request-fields.ts';
export type { ConnectionHandler } from './server-connection.ts';
export { ServerConnection } from './server-connection.ts';
export type { ServerStream, StreamListener } from './server-stream.ts';
export { upkeepInterval } from './upkeep.ts';
