import { predictResponsePath } from '../predict-path.ts';

/** Of 600 KB, as numbers. */
export const path = predictResponsePath(40, new Float32Array(150_528).fill(0.5), false);
