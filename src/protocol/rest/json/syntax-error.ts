import { invalidArgument, type StatusError } from '../../../status/index.ts';

/** Why a text is no JSON, in the words of spec 5.4. */
export const SyntaxReason = {
  EMPTY: 'The document is empty.',
  VALUE: 'Invalid value.',
  NAME: 'Missing a name for object member.',
  COLON: 'Missing a colon after a name of object member.',
  OBJECT_DELIMITER: "Missing a comma or '}' after an object member.",
  ARRAY_DELIMITER: "Missing a comma or ']' after an array element.",
  HEX: 'Incorrect hex digit after \\u escape in string.',
  SURROGATE: 'The surrogate pair in string is invalid.',
  ESCAPE: 'Invalid escape character in string.',
  QUOTE: 'Missing a closing quotation mark in string.',
  TOO_BIG: 'Number too big to be stored in double.',
  FRACTION: 'Miss fraction part in number.',
  EXPONENT: 'Miss exponent in number.',
  DEPTH: 'Lists and objects nested too deeply.',
  TOO_LONG: 'Number too long.',
  MEMBERS: 'Too many members in an object of inputs.',
} as const;

export type SyntaxReason = (typeof SyntaxReason)[keyof typeof SyntaxReason];

/** @param offset the byte where the parser stopped */
export function syntaxError(reason: SyntaxReason, offset: number): StatusError {
  return invalidArgument(`JSON Parse error: ${reason} at offset: ${offset}`);
}
