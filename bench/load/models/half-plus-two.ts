import path from 'node:path';
import { floatVectorRequest } from '../../../test/support/predict-messages.ts';
import { modelFlags, zoo } from '../../../test/support/server.ts';
import { grpcPredict, restPredict } from '../questions.ts';

/** The base path of a model that computes x / 2 + 2 of a vector of floats. */
export const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');

export const halfPlusTwoFlags = modelFlags('half_plus_two', halfPlusTwo);

export const restThreeFloats = restPredict('half_plus_two', '{"instances":[1,2,5]}', {
  predictions: [2.5, 3, 4.5],
});

export const grpcThreeFloats = grpcPredict(
  floatVectorRequest('half_plus_two', [1, 2, 5]),
  'y',
  [2.5, 3, 4.5],
);
