import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import * as grpc from '@grpc/grpc-js';
import { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';

/** A real gRPC client (grpc-js) for one server, on a channel of its own. */
export class GrpcClient {
  readonly #client: grpc.Client;

  constructor(
    address: string,
    options: grpc.ChannelOptions = {},
    credentials = grpc.credentials.createInsecure(),
  ) {
    this.#client = new grpc.Client(address, credentials, {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      ...options,
    });
  }

  /** One unary call. @throws grpc.ServiceError. */
  call<Request extends DescMessage, Response extends DescMessage>(
    path: string,
    requestSchema: Request,
    responseSchema: Response,
    request: MessageInitShape<Request>,
    options: grpc.CallOptions = {},
  ): Promise<MessageShape<Response>> {
    const bytes = Buffer.from(toBinary(requestSchema, create(requestSchema, request)));
    return this.raw(path, bytes, options).then((reply) => fromBinary(responseSchema, reply));
  }

  /** One unary call with serialized messages. @throws grpc.ServiceError. */
  raw(path: string, message: Buffer, options: grpc.CallOptions = {}): Promise<Buffer> {
    return this.begin(path, message, options).reply;
  }

  /** One that may be cancelled. Its reply rejects with a grpc.ServiceError. */
  begin(
    path: string,
    message: Buffer,
    options: grpc.CallOptions = {},
  ): { readonly reply: Promise<Buffer>; readonly cancel: () => void } {
    const { promise: reply, resolve, reject } = Promise.withResolvers<Buffer>();
    const call = this.#client.makeUnaryRequest(
      path,
      (value: Buffer) => value,
      (value: Buffer) => value,
      message,
      new grpc.Metadata(),
      options,
      (error, value) => (error === null ? resolve(value!) : reject(error)),
    );
    return { reply, cancel: () => call.cancel() };
  }

  predict(
    request: MessageInitShape<typeof PredictRequestSchema>,
    options: grpc.CallOptions = {},
  ): Promise<MessageShape<typeof PredictResponseSchema>> {
    const path = '/tensorflow.serving.PredictionService/Predict';
    return this.call(path, PredictRequestSchema, PredictResponseSchema, request, options);
  }

  close(): void {
    this.#client.close();
  }
}
