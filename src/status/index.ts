export type { CodeName } from './code.ts';
export { Code, codeName, toCode } from './code.ts';
export type { ErrorMessage } from './error-message.ts';
export { fromErrorMessage, toErrorMessage } from './error-message.ts';
export { fileError } from './file-error.ts';
export {
  aborted,
  cancelled,
  dataLoss,
  deadlineExceeded,
  failedPrecondition,
  internal,
  invalidArgument,
  notFound,
  resourceExhausted,
  StatusError,
  unavailable,
  unimplemented,
  unknown,
} from './status-error.ts';
