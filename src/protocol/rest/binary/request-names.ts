import type { RestRequest } from '../exchange.ts';
import { latin1AsUtf8 } from '../route.ts';

/** Header fields that say what a .npy body has no place for, as `node:http` spells them. */
const signatureNameField = 'serval-signature-name';
const outputFilterField = 'serval-output-filter';

/** Request fields of Serval's own, as they are written. */
export const ownRequestFields = ['Serval-Signature-Name', 'Serval-Output-Filter'] as const;

/** The signature that a header names; empty without one. A query would be part of the path. */
export function signatureNameOf({ headers }: RestRequest): string {
  return latin1AsUtf8(String(headers[signatureNameField] ?? '')).trim();
}

/** The outputs that a header asks for, separated by commas; empty for all. */
export function outputFilterOf({ headers }: RestRequest): readonly string[] {
  const field = headers[outputFilterField];
  if (field === undefined) return [];
  const names = latin1AsUtf8(String(field)).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
