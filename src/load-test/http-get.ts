import http from 'node:http';
import https from 'node:https';
import { unavailable } from '../status/index.ts';
import { authority, type Endpoint, tlsOptions } from './connect.ts';
import { closedAtOnce, connectionFailure } from './connection-failure.ts';

/** Answers to single questions come within this time, or not. */
export const answerTimeoutMs = 10_000;

/** One GET. @throws StatusError UNAVAILABLE where there is no answer. */
export function httpGet(
  endpoint: Endpoint,
  path: string,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { host, port, tls } = endpoint;
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Buffer }>();
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const fail = (error: Error): void => {
    reject(unavailable(`${authority(endpoint)}: ${reasonOf(error)}`));
  };
  const reasonOf = (error: Error): string => {
    if (signal.aborted) return `no answer within ${answerTimeoutMs / 1000} s`;
    return error.message === 'socket hang up' ? closedAtOnce(tls) : connectionFailure(error);
  };
  const options = { host, port, path, agent: false, signal } as const;
  const request = tls === null ? http.get(options) : https.get({ ...options, ...tlsOptions(tls) });
  request.on('response', (response) => {
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
