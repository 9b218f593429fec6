import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';

const identity = (bytes: Buffer): Buffer => bytes;

/** grpc-js, the reference client in Node.js, with messages as bytes. Closes with its scope. */
export class TestGrpcClient implements Disposable {
  readonly #client: Client;

  /** @param target a port of this machine, or an address as gRPC writes it. */
  constructor(target: number | string, options: ClientOptions = {}) {
    const address = typeof target === 'number' ? `127.0.0.1:${target}` : target;
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      ...options,
    });
  }

  unary(
    path: string,
    message: Uint8Array,
    options: CallOptions & {
      readonly metadata?: Metadata;
      onCall?(call: ClientUnaryCall): void;
    } = {},
  ): Promise<Buffer> {
    const { metadata = new Metadata(), onCall, ...callOptions } = options;
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, reply?: Buffer): void => {
        if (error === null) resolve(reply!);
        else reject(error);
      };
      const buffer = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
      const call = this.#client.makeUnaryRequest(
        path,
        identity,
        identity,
        buffer,
        metadata,
        callOptions,
        done,
      );
      onCall?.(call);
    });
  }

  duplex(path: string): ClientDuplexStream<Buffer, Buffer> {
    return this.#client.makeBidiStreamRequest(path, identity, identity);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
