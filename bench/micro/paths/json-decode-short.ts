import { jsonDecodePath } from '../json-path.ts';

/** Of decimals with four digits. */
export const path = jsonDecodePath((random) => Math.round(random * 1e4) / 1e4);
