import assert from 'node:assert/strict';
import type { DescMessage } from '@bufbuild/protobuf';
import { registry } from '../../proto/index.ts';
import { Code, StatusError } from '../../status/index.ts';
import { parseTextProto } from '../text-proto/index.ts';

/** Where and why a text does not parse: `<line>:<column>: <what>`. Fails if it does. */
export function parseProblem(schema: DescMessage, text: string | Uint8Array): string {
  try {
    parseTextProto(schema, text, { registry });
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    assert.equal(error.code, Code.INVALID_ARGUMENT);
    const prefix = `Error parsing text-format ${schema.typeName}: `;
    assert.equal(error.message.slice(0, prefix.length), prefix);
    return error.message.slice(prefix.length);
  }
  return assert.fail(`accepted: ${text}`);
}

/** Only what is wrong, without the place. */
export const whatIsWrong = (schema: DescMessage, text: string | Uint8Array): string =>
  parseProblem(schema, text).replace(/^\d+:\d+: /, '');
