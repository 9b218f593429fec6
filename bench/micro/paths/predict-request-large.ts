import { predictRequestPath } from '../predict-path.ts';

/** Of 600 KB of tensor_content. */
export const path = predictRequestPath(40, new Float32Array(150_528).fill(0.5), true);
