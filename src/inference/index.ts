export { bindPredictRequest } from './bind-predict-request.ts';
export { decodeInput } from './decode-input.ts';
export { encodeExampleResponse, encodeMultiInferenceResponse } from './example-response.ts';
export type { ClassificationResult, ExampleResult, RegressionResult } from './example-result.ts';
export type { ExampleMethod } from './example-task.ts';
export type { ExamplesInput } from './examples-input.ts';
export { exampleOverhead } from './examples-input.ts';
export type { ExamplesRequest } from './examples-request.ts';
export { decodeExamplesRequest } from './examples-request.ts';
export type { ExamplesCall } from './infer-examples.ts';
export { inferExamples } from './infer-examples.ts';
export type { InferenceContext, InferenceLookup, InferenceObserver } from './inference-context.ts';
export { inferExamplesLogged } from './logged-examples.ts';
export { predictLogged } from './logged-predict.ts';
export type { ModelMetadata } from './model-metadata.ts';
export { modelMetadata } from './model-metadata.ts';
export type { ModelSpec } from './model-spec.ts';
export { defaultSignatureName } from './model-spec.ts';
export { modelStatus } from './model-status.ts';
export type { MultiInferenceCall, TaskAnswer } from './multi-inference.ts';
export { multiInference } from './multi-inference.ts';
export type { InferenceTask, MultiInferenceRequest } from './multi-inference-request.ts';
export { decodeMultiInferenceRequest } from './multi-inference-request.ts';
export {
  bindNamedInputs,
  bindOutputFilter,
  checkPredictMethodName,
  selectPredictSignature,
} from './named-inputs.ts';
export type { BoundInputs, PredictCall, PredictResult } from './predict.ts';
export { predict } from './predict.ts';
export type { PredictRequest } from './predict-request.ts';
export { decodePredictRequest } from './predict-request.ts';
export {
  encodePredictResponse,
  encodePredictResponseInSteps,
  isLargeResponse,
} from './predict-response.ts';
export { readModelSpec } from './read-model-spec.ts';
export type { RequestLog, RequestSample } from './request-log.ts';
export { LogField } from './request-log.ts';
export { resolve } from './resolve.ts';
export type { ServedModelSpec } from './served-model-spec.ts';
