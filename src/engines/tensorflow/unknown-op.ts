import { StatusError } from '../../status/index.ts';
import { nativePackages } from './install/packages.ts';
import { packageOfOp } from './known-ops.ts';

const unknownOp = /Op type not registered '([^']+)' in binary/;

/**
 * Adds to TensorFlow's complaint of an unknown op which package has it, and how to load it. Any other
 * error, and one of an op that nobody knows, is returned as it is.
 */
export function withPackageOfOp(error: StatusError): StatusError {
  const op = unknownOp.exec(error.message)?.[1];
  const name = op === undefined ? null : packageOfOp(op);
  if (name === null) return error;
  const advice = nativePackages.some((known) => known.name === name)
    ? `run "serval engine install ${name}" and start the server again`
    : 'name the library of that package by --op_library';
  return new StatusError(error.code, `${error.message} ${op} is an op of ${name}: ${advice}.`, {
    cause: error,
  });
}
