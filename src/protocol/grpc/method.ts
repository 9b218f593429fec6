import type { DescService } from '@bufbuild/protobuf';
import type { Bytes } from '../../util/index.ts';

/** What every call carries, whatever its kind. */
export interface CallContext {
  /** Lower-case names, as `node:http2` gives them. */
  readonly metadata: Readonly<Record<string, string | string[] | undefined>>;
  /** From `grpc-timeout`: ms on the `performance.now()` clock; Infinity without one. */
  readonly deadline: number;
  /** Aborted when the client cancels, the deadline passes or the connection breaks. */
  readonly signal: AbortSignal;
  /** Correlates log lines with this call. */
  readonly requestId: string;
  /**
   * Counts memory that the call takes beyond its message, until it ends, against what all requests
   * in flight may hold. @throws StatusError UNAVAILABLE where that much is not left.
   */
  reserve(bytes: number): void;
}

/** One message in, one out: serialized, without the length prefix, already decompressed. */
export interface UnaryMethod {
  readonly kind: 'unary';
  /**
   * Whether replies begin with `frameHeaderLength` bytes that are not the message's: the header of
   * its frame is written there, where a large message would have to be copied behind one.
   */
  readonly hasHeaderRoom?: true;
  /**
   * Synchronous where the whole request was. The message's memory is given back once the reply is
   * there, so nothing may read it then but the reply, where it is the message itself.
   *
   * @throws StatusError what the client gets.
   */
  readonly handle: (message: Bytes, call: CallContext) => Uint8Array | Promise<Uint8Array>;
}

/** Any number of messages in and out; ends when the iterable does. */
export interface StreamingMethod {
  readonly kind: 'streaming';
  readonly handle: (
    messages: AsyncIterable<Uint8Array>,
    call: CallContext,
  ) => AsyncIterable<Uint8Array>;
}

export type GrpcMethod = UnaryMethod | StreamingMethod;

/**
 * A service that a server registers: its descriptor, for reflection, and its methods by name
 * (`Predict`). Methods of the descriptor that are missing here answer UNIMPLEMENTED.
 */
export interface GrpcService {
  readonly descriptor: DescService;
  readonly methods: Readonly<Record<string, GrpcMethod>>;
  /** Called when the server ends: calls that would go on for ever (watches) finish now. */
  readonly drain?: () => void;
}
