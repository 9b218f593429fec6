import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';

/** All that came back for one call. */
export interface RawGrpcReply {
  readonly headers: IncomingHttpHeaders;
  /** Where there are none behind messages, those in the headers. */
  readonly trailers: IncomingHttpHeaders;
  readonly isTrailersOnly: boolean;
  readonly body: Buffer;
}

/** One HTTP/2 connection without a gRPC library. */
export class RawGrpc implements Disposable {
  readonly #session: ClientHttp2Session;

  constructor(address: string) {
    this.#session = connect(`http://${address}`);
    this.#session.on('error', () => {});
  }

  /** Begins a call and sends all of its request. */
  start(path: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): RawCall {
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.end(body);
    return new RawCall(stream);
  }

  /** Ends the connection at once, with all calls on it. */
  [Symbol.dispose](): void {
    this.#session.destroy();
  }
}

/** A call under way. */
export class RawCall {
  readonly reply: Promise<RawGrpcReply>;
  readonly #stream: ClientHttp2Stream;

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    stream.on('error', () => {});
    this.reply = this.#read();
  }

  cancel(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  async #read(): Promise<RawGrpcReply> {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | null = null;
    const chunks: Buffer[] = [];
    this.#stream.on('response', (received) => {
      headers = received;
    });
    this.#stream.on('trailers', (received) => {
      trailers = received;
    });
    this.#stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(this.#stream, 'close');
    return {
      headers,
      trailers: trailers ?? headers,
      isTrailersOnly: trailers === null,
      body: Buffer.concat(chunks),
    };
  }
}
