import { Code, codeName } from './code.ts';

/**
 * The one error class of Serval. `message` is what the client gets, to the letter of the contract;
 * `cause` is for the operator's log and never goes on the wire.
 */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: Code;

  constructor(code: Code, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /**
   * Any thrown value as a StatusError. A StatusError is returned as it is; anything else is a
   * defect or a failure of the machine, so the client learns only INTERNAL with the message, and
   * the value itself becomes the cause.
   */
  static from(thrown: unknown): StatusError {
    if (thrown instanceof StatusError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new StatusError(Code.INTERNAL, message, { cause: thrown });
  }

  /** `CODE: message`, the form in which TensorFlow and TFS nest one status in another's text. */
  override toString(): string {
    return `${codeName(this.code)}: ${this.message}`;
  }
}

type Options = { readonly cause?: unknown };

export const cancelled = (message: string, options?: Options) =>
  new StatusError(Code.CANCELLED, message, options);
export const unknown = (message: string, options?: Options) =>
  new StatusError(Code.UNKNOWN, message, options);
export const invalidArgument = (message: string, options?: Options) =>
  new StatusError(Code.INVALID_ARGUMENT, message, options);
export const deadlineExceeded = (message: string, options?: Options) =>
  new StatusError(Code.DEADLINE_EXCEEDED, message, options);
export const notFound = (message: string, options?: Options) =>
  new StatusError(Code.NOT_FOUND, message, options);
export const resourceExhausted = (message: string, options?: Options) =>
  new StatusError(Code.RESOURCE_EXHAUSTED, message, options);
export const failedPrecondition = (message: string, options?: Options) =>
  new StatusError(Code.FAILED_PRECONDITION, message, options);
export const aborted = (message: string, options?: Options) =>
  new StatusError(Code.ABORTED, message, options);
export const unimplemented = (message: string, options?: Options) =>
  new StatusError(Code.UNIMPLEMENTED, message, options);
export const internal = (message: string, options?: Options) =>
  new StatusError(Code.INTERNAL, message, options);
export const unavailable = (message: string, options?: Options) =>
  new StatusError(Code.UNAVAILABLE, message, options);
export const dataLoss = (message: string, options?: Options) =>
  new StatusError(Code.DATA_LOSS, message, options);
