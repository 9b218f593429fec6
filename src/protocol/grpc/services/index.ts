export type { ModelReload, ReloadOptions } from './handle-reload-config.ts';
export { modelService } from './model-service.ts';
export type { PredictionServiceOptions } from './prediction-service.ts';
export { predictionService } from './prediction-service.ts';
export { profilerService } from './profiler-service.ts';
