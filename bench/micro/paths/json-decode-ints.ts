import { jsonDecodePath } from '../json-path.ts';

/** Of whole numbers to 255. */
export const path = jsonDecodePath((random) => Math.floor(random * 256));
