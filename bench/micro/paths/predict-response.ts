import { predictResponsePath } from '../predict-path.ts';

/** Of three floats, as numbers. */
export const path = predictResponsePath(3000, Float32Array.of(2.5, 3, 4.5), false);
