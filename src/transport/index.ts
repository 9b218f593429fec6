export type { TcpBind, UnixBind } from './bind.ts';
export type { GrpcListenerOptions } from './grpc-listener.ts';
export { GrpcListener } from './grpc-listener.ts';
export type { Http2Limits } from './http2-settings.ts';
export { defaultHttp2Limits } from './http2-settings.ts';
export type { Http1Limits, RestListenerOptions } from './rest-listener.ts';
export { defaultHttp1Limits, RestListener } from './rest-listener.ts';
