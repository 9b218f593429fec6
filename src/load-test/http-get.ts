import { get } from 'node:http';
import { unavailable } from '../status/index.ts';
import { authority } from './connect.ts';

/** Answers to single questions come within this time, or not. */
export const answerTimeoutMs = 10_000;

/** A host and its port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** One GET. @throws StatusError UNAVAILABLE where there is no answer. */
export function httpGet(
  { host, port }: HostPort,
  path: string,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Buffer }>();
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const fail = (error: Error): void => {
    const reason = signal.aborted ? `no answer within ${answerTimeoutMs / 1000} s` : error.message;
    reject(unavailable(`${authority({ host, port })}: ${reason}`));
  };
  const request = get({ host, port, path, agent: false, signal }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
    );
  });
  request.on('error', fail);
  return promise;
}
