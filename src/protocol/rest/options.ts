import type { InferenceContext } from '../../inference/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { RequestObserver } from '../request-observer.ts';
import type { MetricsPage } from './metrics-page.ts';

/** What the REST API is made of. */
export interface RestHandlerOptions {
  readonly context: InferenceContext;
  /** `--rest_api_timeout_in_ms`: how long a run may take, in ms; 0 or less: as long as it wants. */
  readonly timeoutMs: number;
  /** `--enable_cors_support`: the CORS headers on every reply under `/v1/`. */
  readonly cors: boolean;
  /** `--enable_signature_method_name_check` */
  readonly checkMethodName: boolean;
  /** `--enable_serialization_as_tensor_content`, for replies that are a PredictResponse. */
  readonly asTensorContent: boolean;
  /**
   * The most bytes that one input of a PredictRequest may take whose values the message does not
   * carry; by default `defaultMaxFilledBytes` of the tensor room.
   */
  readonly maxFilledBytes: number;
  /** `--max_json_depth`: how deep lists and objects of a body may nest. */
  readonly maxJsonDepth: number;
  readonly logger: Logger;
  /** Null or left out: there is no page of metrics. */
  readonly metricsPage?: MetricsPage | null;
  readonly observer?: RequestObserver;
}
