/** How the body of a predict, or its reply, is written. */
export type BodyFormat = 'json' | 'npy' | 'protobuf';

/** A media type that predict speaks. */
export interface MediaType {
  /** In lower case, as it stands in Content-Type. */
  readonly name: string;
  readonly format: BodyFormat;
}

export const jsonType: MediaType = { name: 'application/json', format: 'json' };
export const npyType: MediaType = { name: 'application/x-npy', format: 'npy' };
/** A PredictRequest or PredictResponse; the usual name, and the one that is to be registered. */
export const protobufTypes: readonly MediaType[] = [
  { name: 'application/x-protobuf', format: 'protobuf' },
  { name: 'application/protobuf', format: 'protobuf' },
];

const binaryTypes: readonly MediaType[] = [...protobufTypes, npyType];

/** What stands behind the name of a type. */
const beginOfParameters = /^\s*(?:;|$)/;

/**
 * The binary format that a Content-Type names; null for all others, which TFS reads as JSON
 * whatever they say (spec 5.1), and so for `application/octet-stream` too: clients that post JSON
 * send it. Parameters are ignored.
 */
export function binaryTypeOf(contentType: string | undefined): MediaType | null {
  if (contentType === undefined || contentType === jsonType.name) return null;
  const text = contentType.trimStart().toLowerCase();
  for (const type of binaryTypes) {
    if (text.startsWith(type.name) && beginOfParameters.test(text.slice(type.name.length))) {
      return type;
    }
  }
  return null;
}
