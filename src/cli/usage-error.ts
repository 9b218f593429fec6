/** A command line that a command cannot follow. The message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
