import assert from 'node:assert/strict';
import {
  MetricRegistry,
  ServingMetrics,
  servingSpecs,
  ThreadMetrics,
} from '../../../src/telemetry/index.ts';
import type { MicroPath } from '../micro-path.ts';

const count = 1000;

/** What a request that succeeds costs to count: two histograms and a counter. */
export const path: MicroPath = {
  unit: 'request',
  unitsPerCall: count,
  calls: 40,
  prepare() {
    const registry = new MetricRegistry(Object.values(servingSpecs));
    const source = registry.open();
    const metrics = new ServingMetrics(new ThreadMetrics((cell) => source.take(cell)));
    metrics.know('m');
    const countAll = () => {
      for (let i = 0; i < count; i++) {
        metrics.modelRan('Predict', 'm', i);
        metrics.requestDone('GRPC', 'Predict', 'm', 0, i + 0.5);
      }
    };
    countAll();
    assert.match(registry.page(), /request_count\{model_name="m",status="OK"\} 1000\n/);
    return countAll;
  },
};
