import { countText, msText, percentText } from './figures.ts';
import { type LoadReport, type LoadStep, nameOf, warningsOf } from './load-report.ts';

/** Rows and columns of the figures of a load test, the first row their names. */
export function loadTable(report: LoadReport): string[][] {
  const hasBatches = report.steps.some(({ batches }) => batches !== null);
  const head = [
    nameOf(report.load),
    'requests/s',
    'rows/s',
    'p50 ms',
    'p90 ms',
    'p99 ms',
    'p99.9 ms',
    'max ms',
    'errors',
    ...(hasBatches ? ['rows/batch', 'padding'] : []),
    'client busy',
  ];
  return [head, ...report.steps.map((step) => cells(step, hasBatches))];
}

function cells(step: LoadStep, hasBatches: boolean): string[] {
  const { level, requestsPerSecond, rowsPerSecond, latencyMs: ms, failed, batches } = step;
  const ofBatches =
    batches === null
      ? ['-', '-']
      : [countText(batches.meanRows), percentText(batches.paddingShare)];
  return [
    String(level),
    countText(requestsPerSecond),
    countText(rowsPerSecond),
    ...[ms.p50, ms.p90, ms.p99, ms.p999, ms.max].map(msText),
    String(failed),
    ...(hasBatches ? ofBatches : []),
    percentText(step.client.busy),
  ];
}

/** What was asked, in a line or two. */
export function loadHeadline(report: LoadReport): string[] {
  const { model, signature, protocol, server, request, load } = report;
  const inputs = request.inputs === null ? 'as given' : request.inputs.join(', ') || 'no inputs';
  const loop =
    load === 'closed'
      ? 'closed loop: each client asks anew when it has its answer'
      : 'open loop: requests at random times, latency from when each was due';
  return [
    `${model} (${signature}) over ${protocol === 'rest' ? 'REST' : 'gRPC'} at ${server}`,
    `${inputs}; ${request.rows} ${request.rows === 1 ? 'row' : 'rows'}, ${request.bytes} bytes a request`,
    `${loop}; ${report.stepSeconds} s a step after ${report.warmupSeconds} s`,
  ];
}

/** What is said below the figures: errors of each step, and what a reader must know. */
export function loadRemarks(report: LoadReport): string[] {
  const name = nameOf(report.load);
  return [
    ...report.steps.flatMap(({ level, errors }) =>
      errors.map(({ text, count }) => `${name} ${level}: ${count} × ${text}`),
    ),
    ...warningsOf(report),
    ...(report.failure === null ? [] : [`Ended at ${report.failure}`]),
    ...(report.interrupted ? ['Ended before its time.'] : []),
  ];
}
