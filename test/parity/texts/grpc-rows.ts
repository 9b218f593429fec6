import { grpcExamplesRows } from './grpc-examples-rows.ts';
import { grpcModelRows } from './grpc-model-rows.ts';
import { grpcPredictRows } from './grpc-predict-rows.ts';
import type { GrpcRow } from './grpc-row.ts';

export const grpcRows: readonly GrpcRow[] = [
  ...grpcModelRows,
  ...grpcPredictRows,
  ...grpcExamplesRows,
];
