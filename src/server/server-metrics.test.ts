import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerMetrics } from './server-metrics.ts';

const idle = { dataThreads: [], modelNames: () => [], modelStatuses: () => [] };

const nothing = {
  logCounts: () => [],
  ownConnections: () => null,
  runsOffThread: () => ({ running: 0, waiting: 0 }),
};

const lines = (metrics: ServerMetrics, pattern: RegExp) =>
  metrics.registry
    .page()
    .split('\n')
    .filter((line) => pattern.test(line) && !line.startsWith('#'));

test('TensorFlow counts its runs with their times', () => {
  const metrics = new ServerMetrics(1);
  metrics.tell({ ...nothing, server: idle });
  const counts = /^:tensorflow:core:.*(runs|usecs|usecs_histogram_(sum|count)|created)\{\}/;
  const sessions = ':tensorflow:core:session_created{} 0';
  assert.deepEqual(lines(metrics, counts), [
    ':tensorflow:core:direct_session_runs{} 0',
    ':tensorflow:core:graph_run_time_usecs_histogram_sum{} 0',
    ':tensorflow:core:graph_run_time_usecs_histogram_count{} 0',
    sessions,
  ]);
  metrics.runs.began();
  metrics.runs.succeeded(12.7);
  metrics.runs.began();
  metrics.runs.succeeded(0.4);
  metrics.runs.began();
  assert.deepEqual(lines(metrics, counts), [
    ':tensorflow:core:direct_session_runs{} 3',
    ':tensorflow:core:graph_run_time_usecs{} 12',
    ':tensorflow:core:graph_run_time_usecs_histogram_sum{} 12',
    ':tensorflow:core:graph_run_time_usecs_histogram_count{} 1',
    ':tensorflow:core:graph_runs{} 1',
    sessions,
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
    ownConnections: () => null,
    runsOffThread: () => ({ running: 4, waiting: 9 }),
  });
  metrics.refusals.count('too_large');
  assert.deepEqual(lines(metrics, /request_log|serval_(data|conn|model|runs)|"too_large"/), [
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
    'serval_runs{state="running"} 4',
    'serval_runs{state="waiting"} 9',
  ]);
});

test('connections of the control thread, where it serves', () => {
  const metrics = new ServerMetrics(1);
  metrics.tell({ ...nothing, server: idle, ownConnections: () => 6 });
  assert.deepEqual(lines(metrics, /^serval_connections/), ['serval_connections{thread="main"} 6']);
});
