/** What every reply says. */
export const grpcContentType = 'application/grpc';

const accepted = /^application\/grpc(?:\+proto)?\s*(?:;|$)/i;

/**
 * Whether a request's content type is gRPC with protobuf messages. Others (gRPC-Web, JSON) are
 * answered with HTTP 415, as the gRPC protocol says.
 */
export function isGrpcContentType(value: string | string[] | undefined): boolean {
  if (value === grpcContentType) return true;
  return typeof value === 'string' && accepted.test(value);
}
