import { Code } from './code.ts';
import { StatusError } from './status-error.ts';

const reasons: Readonly<Record<string, readonly [Code, string]>> = {
  ENOENT: [Code.NOT_FOUND, 'No such file or directory'],
  EACCES: [Code.PERMISSION_DENIED, 'Permission denied'],
  EPERM: [Code.PERMISSION_DENIED, 'Operation not permitted'],
  ENOTDIR: [Code.FAILED_PRECONDITION, 'Not a directory'],
  EISDIR: [Code.FAILED_PRECONDITION, 'Is a directory'],
  ELOOP: [Code.FAILED_PRECONDITION, 'Too many levels of symbolic links'],
  ENAMETOOLONG: [Code.INVALID_ARGUMENT, 'File name too long'],
  EMFILE: [Code.UNAVAILABLE, 'Too many open files'],
  ENOSPC: [Code.RESOURCE_EXHAUSTED, 'No space left on device'],
  EDQUOT: [Code.RESOURCE_EXHAUSTED, 'Disk quota exceeded'],
  ENFILE: [Code.UNAVAILABLE, 'Too many open files in system'],
};

/**
 * What `node:fs` threw for a path, in the form that TensorFlow gives file-system errors:
 * `<path>; No such file or directory` (spec 1.3). The error itself becomes the cause.
 */
export function fileError(path: string, thrown: unknown): StatusError {
  const { code, message } = thrown as NodeJS.ErrnoException;
  const [status, text] = reasons[code ?? ''] ?? [Code.UNKNOWN, message];
  return new StatusError(status, `${path}; ${text}`, { cause: thrown });
}
