import { create, createFileRegistry, type DescService } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { joinBytes } from '../../util/index.ts';
import type { GrpcMethod, GrpcService } from '../grpc/index.ts';

const typeName = '.serval.testing.Payload';

const descriptor: DescService = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      {
        name: 'serval/testing/echo.proto',
        package: 'serval.testing',
        syntax: 'proto3',
        messageType: [{ name: 'Payload' }],
        service: [
          {
            name: 'Echo',
            method: [
              ...['Echo', 'EchoLater', 'Fail', 'Hang', 'Missing'].map((name) => ({
                name,
                inputType: typeName,
                outputType: typeName,
              })),
              {
                name: 'Chat',
                inputType: typeName,
                outputType: typeName,
                clientStreaming: true,
                serverStreaming: true,
              },
            ],
          },
        ],
      },
    ],
  }),
).getService('serval.testing.Echo')!;

/** What handlers of the service do besides echoing, and what a test can watch. */
export interface EchoBehaviour {
  /** What `Fail` throws. */
  readonly failure?: unknown;
  /** Told of every `Hang` as it starts; it never ends by itself. */
  readonly onHang?: (signal: AbortSignal) => void;
}

/**
 * `serval.testing.Echo`: Echo answers at once, EchoLater a turn of the event loop later, Fail never,
 * Hang not at all, Chat sends every message back. Missing is declared and not there.
 */
export function echoService(behaviour: EchoBehaviour = {}): GrpcService {
  const methods: Record<string, GrpcMethod> = {
    Echo: { kind: 'unary', handle: (message) => joinBytes(message) },
    EchoLater: {
      kind: 'unary',
      handle: (message) =>
        new Promise((resolve) => setImmediate(() => resolve(joinBytes(message)))),
    },
    Fail: {
      kind: 'unary',
      handle: () => {
        throw behaviour.failure;
      },
    },
    Hang: {
      kind: 'unary',
      handle: (_message, call) => {
        behaviour.onHang?.(call.signal);
        return new Promise(() => {});
      },
    },
    Chat: {
      kind: 'streaming',
      async *handle(messages) {
        for await (const message of messages) yield message;
      },
    },
  };
  return { descriptor, methods };
}
