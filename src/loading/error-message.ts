import { SavedModelError, type SavedModelFault } from '../saved-model/index.ts';
import * as status from '../status/index.ts';

/** An error of a job on its way between threads. */
export interface JobErrorMessage extends status.ErrorMessage {
  /** Of a {@link SavedModelError}, else null. */
  readonly fault: SavedModelFault | null;
}

export function toErrorMessage(thrown: unknown): JobErrorMessage {
  const fault = thrown instanceof SavedModelError ? thrown.fault : null;
  return { ...status.toErrorMessage(thrown), fault };
}

export function fromErrorMessage({ fault, ...message }: JobErrorMessage): status.StatusError {
  const error = status.fromErrorMessage(message);
  if (fault === null) return error;
  const { cause } = error;
  return new SavedModelError(
    fault,
    error.code,
    error.message,
    cause === undefined ? {} : { cause },
  );
}
