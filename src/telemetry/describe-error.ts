import { codeName, StatusError } from '../status/index.ts';

/** An error as it stands in a log line. */
export interface ErrorDescription {
  /** The canonical code of a StatusError, or the code of a system error (`EADDRINUSE`). */
  readonly code?: string;
  /** The class, where it tells more than `Error`. */
  readonly name?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  /** The errors of an AggregateError, the first few of them. */
  readonly errors?: readonly ErrorDescription[];
}

/** Deep enough for real chains; a chain that runs in a circle ends here. */
const maxDepth = 8;

/** A thrown value reduced to what a log line should show: its chain of causes, stacks on demand. */
export function describeError(thrown: unknown, withStack: boolean): ErrorDescription {
  return describe(thrown, withStack, 1);
}

function describe(thrown: unknown, withStack: boolean, depth: number): ErrorDescription {
  if (!(thrown instanceof Error)) return { message: textOf(thrown) };
  const code = codeOf(thrown);
  const plain = thrown instanceof StatusError || thrown.name === 'Error';
  const deeper = (value: unknown) => describe(value, withStack, depth + 1);
  const inner = thrown instanceof AggregateError ? thrown.errors.slice(0, maxDepth) : [];
  return {
    ...(code !== undefined && { code }),
    ...(!plain && { name: thrown.name }),
    message: thrown.message,
    ...(withStack && thrown.stack !== undefined && { stack: thrown.stack }),
    ...(thrown.cause !== undefined && depth < maxDepth && { cause: deeper(thrown.cause) }),
    ...(inner.length > 0 && depth < maxDepth && { errors: inner.map(deeper) }),
  };
}

function codeOf(error: Error): string | undefined {
  if (error instanceof StatusError) return codeName(error.code);
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
