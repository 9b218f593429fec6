import { acceptedEncodings, type MessageEncoding } from './compression.ts';
import { grpcContentType } from './content-type.ts';
import type { GrpcHeaders } from './exchange.ts';

/** The headers of every gRPC reply, made once; frozen, so that a transport may prepare them. */
export const replyHeaders: GrpcHeaders = Object.freeze({
  ':status': '200',
  'content-type': grpcContentType,
  'grpc-accept-encoding': acceptedEncodings,
});

/** The headers of a reply whose messages are encoded so. */
export const encodedReplyHeaders: Readonly<Record<MessageEncoding, GrpcHeaders>> = {
  identity: replyHeaders,
  gzip: Object.freeze({ ...replyHeaders, 'grpc-encoding': 'gzip' }),
  deflate: Object.freeze({ ...replyHeaders, 'grpc-encoding': 'deflate' }),
};
