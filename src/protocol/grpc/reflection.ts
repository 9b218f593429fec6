import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  ServerReflection,
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
  ServerReflectionV1Alpha,
} from '../../proto/index.ts';
import { Code, invalidArgument } from '../../status/index.ts';
import { DescriptorIndex } from './descriptor-index.ts';
import type { GrpcService, StreamingMethod } from './method.ts';

type Answer = NonNullable<
  MessageInitShape<typeof ServerReflectionResponseSchema>['messageResponse']
>;

/**
 * Server reflection, v1 and v1alpha, over `services` and itself: what grpcurl and its like need to
 * call a server without its .proto files. The messages of both versions are the same on the wire.
 */
export function reflectionServices(services: readonly GrpcService[]): GrpcService[] {
  const descriptors = services.map((service) => service.descriptor);
  // Few ask, and every thread would have an index of its own.
  let made: DescriptorIndex | null = null;
  const index = () => {
    made ??= new DescriptorIndex([...descriptors, ServerReflection, ServerReflectionV1Alpha]);
    return made;
  };
  const info: StreamingMethod = {
    kind: 'streaming',
    async *handle(messages) {
      for await (const message of messages) yield answer(index(), message);
    },
  };
  const methods = { ServerReflectionInfo: info };
  return [
    { descriptor: ServerReflection, methods },
    { descriptor: ServerReflectionV1Alpha, methods },
  ];
}

function answer(index: DescriptorIndex, message: Uint8Array): Uint8Array {
  const request = parse(message);
  const response = create(ServerReflectionResponseSchema, {
    validHost: request.host,
    originalRequest: request,
    messageResponse: answerTo(index, request.messageRequest),
  });
  return toBinary(ServerReflectionResponseSchema, response);
}

function parse(message: Uint8Array): ServerReflectionRequest {
  try {
    return fromBinary(ServerReflectionRequestSchema, message);
  } catch (cause) {
    throw invalidArgument('The message is not a ServerReflectionRequest', { cause });
  }
}

function answerTo(
  index: DescriptorIndex,
  request: ServerReflectionRequest['messageRequest'],
): Answer {
  switch (request.case) {
    case 'listServices': {
      const service = index.serviceNames.map((name) => ({ name }));
      return { case: 'listServicesResponse', value: { service } };
    }
    case 'fileByFilename':
      return files(index.byFileName(request.value), `File not found: ${request.value}`);
    case 'fileContainingSymbol':
      return files(index.bySymbol(request.value), `Symbol not found: ${request.value}`);
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = request.value;
      return files(
        index.byExtension(containingType, extensionNumber),
        `Extension not found: ${extensionNumber} of ${containingType}`,
      );
    }
    case 'allExtensionNumbersOfType': {
      const baseTypeName = request.value;
      const extensionNumber = index.extensionNumbers(baseTypeName);
      if (extensionNumber === undefined) {
        return failure(Code.NOT_FOUND, `Type not found: ${baseTypeName}`);
      }
      return { case: 'allExtensionNumbersResponse', value: { baseTypeName, extensionNumber } };
    }
    case undefined:
      return failure(Code.INVALID_ARGUMENT, 'The request asks for nothing');
  }
}

function files(found: Uint8Array[] | undefined, otherwise: string): Answer {
  if (found === undefined) return failure(Code.NOT_FOUND, otherwise);
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: found } };
}

function failure(errorCode: Code, errorMessage: string): Answer {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}
