import { jsonDecodePath } from '../json-path.ts';

/** Of float32 values written as doubles. */
export const path = jsonDecodePath((random) => Math.fround(random));
