import type { Lexer } from './lexer.ts';

/** Nesting beyond this is refused, in texts as protobuf refuses it in binary. */
export const maxDepth = 100;

/** Fails where a message begins at a deeper level than allowed. */
export function checkDepth(lexer: Lexer, depth: number): void {
  if (depth > maxDepth) {
    lexer.fail(
      `Message is too deep, the parser exceeded the configured recursion limit of ${maxDepth}.`,
    );
  }
}

/** Steps over a `{` or `<` and returns the symbol that ends the message. */
export function openMessage(lexer: Lexer): '}' | '>' {
  if (lexer.skip('<')) return '>';
  lexer.expect('{');
  return '}';
}

/** Steps over what follows the name of a field that is reserved and therefore ignored. */
export function skipField(lexer: Lexer, depth: number): void {
  const hasColon = lexer.skip(':');
  if (lexer.is('{') || lexer.is('<')) skipMessage(lexer, depth);
  else if (!hasColon && !lexer.is('[')) lexer.expect(':');
  else skipValue(lexer, depth);
  if (!lexer.skip(';')) lexer.skip(',');
}

function skipMessage(lexer: Lexer, depth: number): void {
  checkDepth(lexer, depth + 1);
  const end = openMessage(lexer);
  while (!lexer.is('}') && !lexer.is('>')) {
    if (lexer.skip('[')) {
      while (lexer.kind !== 'end' && !lexer.is(']')) lexer.next();
      lexer.expect(']');
    } else {
      lexer.identifier();
    }
    skipField(lexer, depth + 1);
  }
  lexer.expect(end);
}

function skipValue(lexer: Lexer, depth: number): void {
  if (lexer.is('{') || lexer.is('<')) {
    skipMessage(lexer, depth);
  } else if (lexer.skip('[')) {
    checkDepth(lexer, depth + 1);
    if (lexer.skip(']')) return;
    do skipValue(lexer, depth + 1);
    while (lexer.skip(','));
    lexer.expect(']');
  } else if (isString(lexer)) {
    while (isString(lexer)) lexer.next();
  } else {
    lexer.skip('-');
    if (lexer.kind === 'end' || lexer.kind === 'symbol' || isString(lexer)) {
      lexer.fail(`Invalid field value: ${lexer.shown}`);
    }
    lexer.next();
  }
}

// A function, since the kind changes with every step.
const isString = (lexer: Lexer): boolean => lexer.kind === 'string';
