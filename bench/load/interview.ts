import { credentials } from '@grpc/grpc-js';
import type { PreparedRequest } from '../../src/load-test/index.ts';
import { GrpcClient } from '../../test/support/grpc-client.ts';
import { RestClient } from '../../test/support/rest-client.ts';
import type { ClientPlan } from './client/plan.ts';
import type { RunningServer } from './running-server.ts';

/** A request, and how its answer is known to be right when it first comes. */
export interface Question {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** gRPC: what the server is told that it has, in ms. */
  readonly timeoutMs?: number;
  /** Looks at the first answer; later ones must be the same to the byte. @throws Error. */
  check(answer: Buffer): void;
}

/** What a server is asked, and over how many connections. */
export interface Interview {
  readonly protocol: 'rest' | 'grpc';
  readonly connections: number;
  readonly questions: readonly Question[];
  /** Over TLS: the root of the server's certificate, PEM. */
  readonly tlsRoot?: string;
}

/**
 * Asks each question once by a common client, and checks the answer.
 *
 * @throws Refused, Error for a failure or a wrong answer
 */
export async function planFor(interview: Interview, server: RunningServer): Promise<ClientPlan> {
  const { protocol, connections, questions, tlsRoot = null } = interview;
  const port = server.ports[protocol];
  const host = '127.0.0.1';
  const ask = protocol === 'rest' ? askRest : askGrpc;
  const requests: PreparedRequest[] = [];
  for (const { path, contentType, body, timeoutMs, check } of questions) {
    const answer = await ask(port, { path, contentType, body }, tlsRoot);
    check(answer);
    const timeout = timeoutMs === undefined ? {} : { timeoutMs };
    requests.push({ path, contentType, body, answer, ...timeout });
  }
  const tls = tlsRoot === null ? null : { ca: tlsRoot, pair: null, serverName: 'localhost' };
  return { protocol, host, port, connections, requests, tls };
}

/** A reply that is not an answer, such as an unknown kind of request. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, text: string) {
    super(`status ${status}: ${text}`);
    this.status = status;
  }
}

type Asked = Omit<Question, 'check'>;

async function askRest(
  port: number,
  { path, contentType, body }: Asked,
  tlsRoot: string | null,
): Promise<Buffer> {
  const client =
    tlsRoot === null
      ? new RestClient(`http://127.0.0.1:${port}`)
      : new RestClient(`https://localhost:${port}`, 1, tlsRoot);
  try {
    const answer = await client.send('POST', path, body, { 'content-type': contentType });
    if (answer.status === 200) return answer.body;
    throw new Refused(answer.status, answer.body.toString('utf8', 0, 300));
  } finally {
    client.close();
  }
}

async function askGrpc(
  port: number,
  { path, body }: Asked,
  tlsRoot: string | null,
): Promise<Buffer> {
  const tls = tlsRoot === null ? undefined : credentials.createSsl(Buffer.from(tlsRoot));
  const host = tlsRoot === null ? '127.0.0.1' : 'localhost';
  const client = new GrpcClient(`${host}:${port}`, {}, tls);
  try {
    return await client.raw(path, Buffer.from(body));
  } finally {
    client.close();
  }
}
