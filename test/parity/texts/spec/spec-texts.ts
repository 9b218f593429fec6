import { batchingTexts } from './batching-texts.ts';
import { grpcTexts } from './grpc-texts.ts';
import { lifecycleTexts } from './lifecycle-texts.ts';
import { restTexts } from './rest-texts.ts';
import type { SpecText } from './spec-text.ts';
import { startTexts } from './start-texts.ts';

/** Of the sections 1 to 9 and 11. */
export const specTexts: readonly SpecText[] = [
  ...startTexts,
  ...lifecycleTexts,
  ...restTexts,
  ...grpcTexts,
  ...batchingTexts,
];
