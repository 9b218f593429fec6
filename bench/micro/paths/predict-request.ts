import { predictRequestPath } from '../predict-path.ts';

/** Of three floats, as numbers. */
export const path = predictRequestPath(3000, Float32Array.of(1, 2, 5), false);
