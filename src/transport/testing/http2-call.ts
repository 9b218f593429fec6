import { once } from 'node:events';
import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';

export interface Http2Reply {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a client of node:http2 without any gRPC gets for a request made as it likes. */
export async function http2Call(
  port: number,
  headers: Readonly<Record<string, string>>,
  send: (stream: ClientHttp2Stream) => void,
): Promise<Http2Reply> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let replyHeaders: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received) => {
      replyHeaders = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    send(stream);
    await once(stream, 'close');
    return { headers: replyHeaders, trailers, body: Buffer.concat(chunks) };
  } finally {
    session.destroy();
  }
}

/** A message behind its gRPC header, with a header that may lie. */
export function frame(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const header = Buffer.alloc(5);
  header[0] = flag;
  header.writeUInt32BE(length, 1);
  return Buffer.concat([header, message]);
}
