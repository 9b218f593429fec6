import { exponentialLimits, type MetricSpec } from './metric-spec.ts';

const latencyLimits = exponentialLimits(10, 1.8, 33);
const batchSizeLimits = exponentialLimits(1, 2, 14);

/** The metrics of TFS, and of TensorFlow, that threads count (spec 10), with their names, labels and limits. */
export const servingSpecs = {
  requestCount: {
    name: '/tensorflow/serving/request_count',
    kind: 'counter',
    labels: ['model_name', 'status'],
  },
  requestLatency: {
    name: '/tensorflow/serving/request_latency',
    kind: 'histogram',
    labels: ['model_name', 'API', 'entrypoint'],
    limits: latencyLimits,
  },
  runtimeLatency: {
    name: '/tensorflow/serving/runtime_latency',
    kind: 'histogram',
    labels: ['model_name', 'API', 'runtime'],
    limits: latencyLimits,
  },
  exampleCounts: {
    name: '/tensorflow/serving/request_example_counts',
    kind: 'histogram',
    labels: ['model'],
    limits: exponentialLimits(1, 2, 15),
  },
  exampleCountTotal: {
    name: '/tensorflow/serving/request_example_count_total',
    kind: 'counter',
    labels: ['model'],
  },
  warmupLatency: {
    name: '/tensorflow/serving/model_warmup_latency',
    kind: 'histogram',
    labels: ['model_path', 'status'],
    limits: latencyLimits,
  },
  warmupRecords: {
    name: '/tensorflow/serving/model_warmup_records_read',
    kind: 'counter',
    labels: ['model_path', 'status'],
  },
  queuingLatency: {
    name: '/tensorflow/serving/batching_session/queuing_latency',
    kind: 'histogram',
    labels: ['thread_pool_name'],
    limits: exponentialLimits(100, 1.2, 52),
  },
  wrappedRunCount: {
    name: '/tensorflow/serving/batching_session/wrapped_run_count',
    kind: 'counter',
    labels: [],
  },
  paddingSize: {
    name: '/tensorflow/serving/batching_session/padding_size',
    kind: 'histogram',
    labels: ['execution_batch_size'],
    limits: batchSizeLimits,
  },
  inputBatchSize: {
    name: '/tensorflow/serving/batching_session/input_batch_size',
    kind: 'histogram',
    labels: [],
    limits: batchSizeLimits,
  },
  processedBatchSize: {
    name: '/tensorflow/serving/batching_session/processed_batch_size',
    kind: 'histogram',
    labels: [],
    limits: batchSizeLimits,
  },
  loadAttempts: {
    name: '/tensorflow/cc/saved_model/load_attempt_count',
    kind: 'counter',
    labels: ['model_path', 'status'],
  },
  loadLatency: {
    name: '/tensorflow/cc/saved_model/load_latency',
    kind: 'counter',
    labels: ['model_path'],
  },
  mlmdMap: {
    name: '/tensorflow/serving/mlmd_map',
    kind: 'gauge',
    labels: ['model_name', 'version'],
  },
  savedModelReads: {
    name: '/tensorflow/core/saved_model/read/count',
    kind: 'counter',
    labels: ['write_version'],
  },
  sessionRuns: {
    name: '/tensorflow/core/direct_session_runs',
    kind: 'counter',
    labels: [],
  },
  graphRunTimes: {
    name: '/tensorflow/core/graph_run_time_usecs_histogram',
    kind: 'histogram',
    labels: [],
    limits: exponentialLimits(1000, 2, 20),
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;
