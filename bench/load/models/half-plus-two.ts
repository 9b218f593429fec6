import path from 'node:path';
import { modelFlags, zoo } from '../../../test/support/server.ts';

/** The base path of a model that computes x / 2 + 2 of a vector of floats. */
export const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');

export const halfPlusTwoFlags = modelFlags('half_plus_two', halfPlusTwo);
