export type { AcceptorOptions, ConnectionTaker } from './acceptor.ts';
export { Acceptor } from './acceptor.ts';
export type { TcpBind, UnixBind } from './bind.ts';
export type { GrpcConnectionsOptions } from './grpc-connections.ts';
export { GrpcConnections } from './grpc-connections.ts';
export type { Http2Limits } from './http2-settings.ts';
export { defaultHttp2Limits } from './http2-settings.ts';
export type { Http1Limits, RestConnectionsOptions } from './rest-connections.ts';
export { defaultHttp1Limits, RestConnections } from './rest-connections.ts';
