import http from 'node:http';
import https from 'node:https';

/** A whole HTTP reply. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  json<T>(): T;
}

/** A keep-alive HTTP client for one server, as an application would hold it. */
export class RestClient {
  readonly #base: URL;
  readonly #http: typeof http | typeof https;
  readonly #agent: http.Agent;

  /** @param root of an `https:` server's certificate, PEM */
  constructor(base: string, connections = Number.POSITIVE_INFINITY, root?: string) {
    this.#base = new URL(base);
    this.#http = this.#base.protocol === 'https:' ? https : http;
    const ca = root === undefined ? {} : { ca: root };
    this.#agent = new this.#http.Agent({ keepAlive: true, maxSockets: connections, ...ca });
  }

  /** Sends one request. @throws the socket's own error when no whole reply came. */
  send(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<RestAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.#http.request(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method,
          path,
          headers:
            body === undefined
              ? headers
              : { 'content-length': Buffer.byteLength(body), ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const whole = Buffer.concat(chunks);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: whole,
              json: <T>() => JSON.parse(whole.toString()) as T,
            });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  get(path: string): Promise<RestAnswer> {
    return this.send('GET', path);
  }

  post(path: string, value: unknown): Promise<RestAnswer> {
    return this.send('POST', path, typeof value === 'string' ? value : JSON.stringify(value));
  }

  close(): void {
    this.#agent.destroy();
  }
}
