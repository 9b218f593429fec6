import type { Scenario } from '../scenario.ts';
import { grpcLarge } from './grpc-large.ts';
import { grpcTiny } from './grpc-tiny.ts';
import { restTiny } from './rest-tiny.ts';

/** All of them, in the order of the targets. */
export const scenarios: readonly Scenario[] = [restTiny, grpcTiny, grpcLarge];
