export type {
  GrpcCall,
  GrpcHandler,
  GrpcHeaders,
  GrpcRequestHead,
  GrpcSink,
} from './exchange.ts';
export type { GrpcHandlerOptions } from './handler.ts';
export { createGrpcHandler } from './handler.ts';
export type { ServingStatus } from './health.ts';
export { HealthService } from './health.ts';
export { readBinaryMetadata, writeBinaryMetadata } from './metadata.ts';
export type {
  CallContext,
  GrpcMethod,
  GrpcService,
  StreamingMethod,
  UnaryMethod,
} from './method.ts';
export type { ModelReload, PredictionServiceOptions, ReloadOptions } from './services/index.ts';
export { modelService, predictionService, profilerService } from './services/index.ts';
