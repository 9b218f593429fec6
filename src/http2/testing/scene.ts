import { ServerConnection, type ServerStream } from '../index.ts';
import type { ConnectionLimits } from '../limits.ts';
import { TestClient } from './test-client.ts';

/** Fields of a reply, and those behind its content. */
export const fields = { ':status': '200' };
export const trailers = { 'grpc-status': '0' };

const limits: ConnectionLimits = {
  maxConcurrentStreams: 10,
  streamResetBurst: 20,
  streamResetsPerSecond: 1,
  streamWindow: 100_000,
  connectionWindow: 300_000,
  maxFrameBytes: 50_000,
  maxFieldBytes: 2000,
  prefaceTimeoutMs: 60_000,
  replyStallMs: 0,
  maxAgeMs: Number.POSITIVE_INFINITY,
  maxAgeGraceMs: Number.POSITIVE_INFINITY,
  maxIdleMs: Number.POSITIVE_INFINITY,
  keepaliveMs: Number.POSITIVE_INFINITY,
  keepaliveTimeoutMs: Number.POSITIVE_INFINITY,
  keepaliveWithoutCalls: false,
  minPingIntervalMs: 0,
  maxPingStrikes: 0,
};

/** A request as its listener heard it. */
export interface Request {
  readonly stream: ServerStream;
  readonly fields: Readonly<Record<string, string | undefined>>;
  received: string;
  isEnded: boolean;
  closes: number;
}

/** A client and a connection that writes down what it is asked, and answers when the test does. */
export class Scene {
  readonly client = new TestClient();
  readonly requests: Request[] = [];
  readonly refused: string[] = [];
  readonly failures: string[] = [];
  stalls = 0;
  readonly connection: ServerConnection;

  constructor(
    some: Partial<ConnectionLimits> = {},
    onEnded: (request: Request) => void = () => {},
  ) {
    this.connection = new ServerConnection(
      this.client,
      {
        opened: (stream, requestFields) => {
          const request = {
            stream,
            fields: requestFields,
            received: '',
            isEnded: false,
            closes: 0,
          };
          this.requests.push(request);
          return {
            received: (piece) => {
              request.received += Buffer.from(piece).toString('latin1');
            },
            ended: () => {
              request.isEnded = true;
              onEnded(request);
            },
            writable: () => {},
            closed: () => {
              request.closes += 1;
            },
          };
        },
        fieldsRefused: (problem) => this.refused.push(problem),
        stalled: () => {
          this.stalls += 1;
        },
        failed: (error) => this.failures.push(error.message),
      },
      { ...limits, ...some },
    );
  }

  static async greeted(
    some: Partial<ConnectionLimits> = {},
    onEnded?: (request: Request) => void,
    clientSettings?: Uint8Array,
  ): Promise<Scene> {
    const scene = new Scene(some, onEnded);
    await scene.client.greet(clientSettings);
    scene.client.frames();
    return scene;
  }

  [Symbol.dispose](): void {
    this.connection.destroy();
  }
}

/** Sends the content of the request back. */
export const answer = ({ stream, received }: Request): void =>
  stream.reply({ fields, content: Buffer.from(received), trailers }, null);
