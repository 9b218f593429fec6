import { Code, StatusError, toCode } from '../../status/index.ts';
import { type Address, Handle } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';

/**
 * The error that a TF_Status holds, null for OK. TF_Code has the canonical numbers (tsl/c/
 * tsl_status.h); the text is TensorFlow's, untouched, node names and line breaks included.
 */
export function errorOf(api: TensorFlowApi, status: Address): StatusError | null {
  const code = api.TF_GetCode(status);
  if (code === Code.OK) return null;
  return new StatusError(toCode(code), api.TF_Message(status));
}

/** @throws StatusError what the TF_Status holds, unless it is OK. */
export function throwIfError(api: TensorFlowApi, status: Address): void {
  const error = errorOf(api, status);
  if (error !== null) throw error;
}

/** A fresh TF_Status, to be closed by the caller. */
export function newStatus(api: TensorFlowApi): Handle {
  return new Handle('TF_Status', api.TF_NewStatus(), (address) => api.TF_DeleteStatus(address));
}
