import type { Scenario } from '../scenario.ts';
import { batchingOverload } from './batching-overload.ts';
import { batchingPartLoad } from './batching-part-load.ts';
import { batchingSaturated } from './batching-saturated.ts';
import { bigJsonNeighbour } from './big-json-neighbour.ts';
import { cnnThroughput } from './cnn-throughput.ts';
import { grpcLarge } from './grpc-large.ts';
import { grpcTiny } from './grpc-tiny.ts';
import { httpBinary } from './http-binary.ts';
import { jsonDecode } from './json-decode.ts';
import { loopDelay } from './loop-delay.ts';
import { openLoop } from './open-loop.ts';
import { restTiny } from './rest-tiny.ts';
import { rss } from './rss.ts';
import { thousandModels } from './thousand-models.ts';
import { tls } from './tls.ts';
import { twoThreads } from './two-threads.ts';

/** All of them, in the order of the targets. */
export const scenarios: readonly Scenario[] = [
  restTiny,
  grpcTiny,
  jsonDecode,
  grpcLarge,
  httpBinary,
  tls,
  cnnThroughput,
  twoThreads,
  bigJsonNeighbour,
  thousandModels,
  loopDelay,
  openLoop,
  rss,
  batchingSaturated,
  batchingPartLoad,
  batchingOverload,
];
