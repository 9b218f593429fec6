import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unavailable } from '../status/index.ts';
import { type CellAnnouncement, ServingMetrics, ThreadMetrics } from '../telemetry/index.ts';
import { ServerMetrics } from './server-metrics.ts';

const lines = (metrics: ServerMetrics, pattern: RegExp) =>
  metrics.registry
    .page()
    .split('\n')
    .filter((line) => pattern.test(line) && !line.startsWith('#'));

test('loads are counted by how they end', () => {
  const metrics = new ServerMetrics(1);
  metrics.loaded('/m/1', null, 2.5);
  metrics.loaded('/m/1', unavailable('no'), 1);
  assert.deepEqual(lines(metrics, /saved_model:load/), [
    ':tensorflow:cc:saved_model:load_attempt_count{model_path="/m/1",status="fail"} 1',
    ':tensorflow:cc:saved_model:load_attempt_count{model_path="/m/1",status="success"} 1',
    ':tensorflow:cc:saved_model:load_latency{model_path="/m/1"} 3500',
  ]);
});

test('a warm-up is counted with the runs of the thread that did it, one without records is not', () => {
  const metrics = new ServerMetrics(1);
  const cells: CellAnnouncement[] = [];
  const thread = new ServingMetrics(new ThreadMetrics((cell) => cells.push(cell)));
  metrics.warmedUp('/m/1', { records: 0, milliseconds: 1 }, []);
  assert.deepEqual(lines(metrics, /warmup/), []);
  thread.modelRan('Predict', 'm', 7);
  metrics.warmedUp('/m/1', { records: 4, milliseconds: 1.5 }, cells);
  assert.deepEqual(lines(metrics, /warmup_(records|latency_sum)|runtime_latency_sum/), [
    ':tensorflow:serving:model_warmup_latency_sum{model_path="/m/1",status="OK"} 1500',
    ':tensorflow:serving:model_warmup_records_read{model_path="/m/1",status="OK"} 4',
    ':tensorflow:serving:runtime_latency_sum{model_name="m",API="Predict",runtime="TF1"} 7',
  ]);
});

test('what is asked for at every look', () => {
  const metrics = new ServerMetrics(1);
  metrics.tell({
    server: {
      dataThreads: [
        { state: 'serving', restarts: 2, stalls: 1, connections: 3 },
        { state: 'serving', restarts: 0, stalls: 0, connections: 0 },
      ],
      modelNames: () => ['m'],
      modelStatuses: () => [{ id: { name: 'm', version: 7n }, state: 'AVAILABLE', error: null }],
    },
    logCounts: () => [['m', 'OK', 5]],
  });
  metrics.refusals.count('too_large');
  assert.deepEqual(lines(metrics, /request_log|serval_(data|conn|model)|"too_large"/), [
    ':tensorflow:serving:request_log_count{model_name="m",status_code="OK"} 5',
    'serval_connections{thread="0"} 3',
    'serval_connections{thread="1"} 0',
    'serval_data_thread_restarts_total{thread="0"} 2',
    'serval_data_thread_restarts_total{thread="1"} 0',
    'serval_data_thread_stalls_total{thread="0"} 1',
    'serval_data_thread_stalls_total{thread="1"} 0',
    'serval_data_threads{state="serving"} 2',
    'serval_model_versions{model="m",version="7",state="AVAILABLE"} 1',
    'serval_refusals_total{reason="too_large"} 1',
  ]);
});
