import type { Channel } from './channel.ts';
import { authority, type Endpoint } from './connect.ts';
import { connectionFailure } from './connection-failure.ts';
import { Http1Channel } from './http1-channel.ts';
import { Http2Channel } from './http2-channel.ts';

/** The two APIs of a model server. */
export type ApiProtocol = 'rest' | 'grpc';

/** A server that is there says so within this time. */
const connectTimeoutMs = 10_000;

/** A connection for one API of a server. @throws Error where there is no such server. */
export async function openChannel(protocol: ApiProtocol, endpoint: Endpoint): Promise<Channel> {
  const opening =
    protocol === 'rest' ? Http1Channel.connect(endpoint) : Http2Channel.connect(endpoint);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no connection within ${connectTimeoutMs / 1000} s`)),
    connectTimeoutMs,
  );
  try {
    return await Promise.race([opening, tooLate]);
  } catch (error) {
    opening.then(
      (channel) => channel.close(),
      () => {},
    );
    throw new Error(`${authority(endpoint)}: ${connectionFailure(error)}`);
  } finally {
    clearTimeout(timer);
  }
}
