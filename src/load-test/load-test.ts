import { Code, StatusError, unavailable } from '../status/index.ts';
import { type BatchCounters, batchFill, readBatchCounters } from './batch-counters.ts';
import type { Channel } from './channel.ts';
import { closedLoop } from './closed-loop.ts';
import { authority, type Endpoint } from './connect.ts';
import { ask, openOrThrow } from './fetch-signature.ts';
import { httpGet } from './http-get.ts';
import { KeptChannel } from './kept-channel.ts';
import type { LoopOptions } from './load-loop.ts';
import { type LoadKind, type LoadReport, type LoadStep, nameOf } from './load-report.ts';
import { openChannel } from './open-channel.ts';
import { openLoop } from './open-loop.ts';
import { Pacer } from './pacer.ts';
import type { Question, RequestSet } from './request-set.ts';
import { StepTally } from './step-tally.ts';

/** A load test. */
export interface LoadTestOptions extends Question {
  readonly endpoint: Endpoint;
  readonly requests: RequestSet;
  readonly load: LoadKind;
  /** A step for each: requests under way, or requests a second. */
  readonly levels: readonly number[];
  /** Connections; null: as many as suit the level. */
  readonly connections: number | null;
  readonly warmupMs: number;
  /** Of each step, after its warm-up. */
  readonly durationMs: number;
  /** How long after a step its last answers are waited for. */
  readonly patienceMs: number;
  /** Of the times in an open loop. */
  readonly seed: number;
  /** Where the server's metrics are; null: nowhere. */
  readonly metrics: { readonly endpoint: Endpoint; readonly path: string } | null;
}

/** What a load test tells, and how it is ended. */
export interface LoadTestHooks {
  /** Ends the test after what was measured so far. */
  readonly signal?: AbortSignal;
  readonly onStep?: (step: LoadStep) => void;
}

/** Connections that a server meets by default: several, since each of its threads has its own. */
const mostGrpcConnections = 16;
const openGrpcConnections = 8;
const openRestConnections = 128;

/**
 * Loads a server, level by level, and reports what it did. The first request of each signature is sent alone: a
 * server that refuses it is not loaded with more. What fails later ends the test after what was measured so far.
 *
 * @throws StatusError where there is no server, or it refuses the request
 */
export async function runLoadTest(
  options: LoadTestOptions,
  { signal, onStep }: LoadTestHooks = {},
): Promise<LoadReport> {
  const startedAt = new Date().toISOString();
  await tryFirst(options);
  await using pacer = new Pacer();
  const steps: LoadStep[] = [];
  let failure: string | null = null;
  for (const level of options.levels) {
    if (signal?.aborted) break;
    try {
      const step = await runStep(options, level, pacer, signal);
      if (step === null) break;
      steps.push(step);
      onStep?.(step);
    } catch (error) {
      failure = `${nameOf(options.load)} ${level}: ${StatusError.from(error).message}`;
      break;
    }
  }
  if (failure === null && !signal?.aborted && (steps.at(-1)?.failed ?? 0) > 0) {
    failure = await lookIfGone(options);
  }
  const { endpoint, protocol, model, requests, load } = options;
  const { name, version, label } = model;
  return {
    startedAt,
    server: authority(endpoint),
    protocol,
    model: `${name}${version === null ? '' : `, version ${version}`}${label === null ? '' : `, label ${label}`}`,
    signature: requests.signatures.join(', '),
    load,
    request: {
      rows: requests.rows,
      bytes: requests.requests[0]!.body.length,
      variants: requests.requests.length,
      inputs: requests.inputs,
    },
    warmupSeconds: options.warmupMs / 1000,
    stepSeconds: options.durationMs / 1000,
    steps,
    interrupted: signal?.aborted ?? false,
    failure,
  };
}

async function tryFirst({
  endpoint,
  protocol,
  requests,
  patienceMs,
}: LoadTestOptions): Promise<void> {
  const channel = await openOrThrow(protocol, endpoint);
  try {
    // One of each signature.
    for (const request of requests.requests.slice(0, requests.signatures.length)) {
      await ask(channel, request, patienceMs);
    }
  } catch (error) {
    const { code, message } = StatusError.from(error);
    // That of a model which does not take what was made by its signature alone.
    const isOfInputs = code === Code.INVALID_ARGUMENT || message.startsWith('400 ');
    if (!isOfInputs || requests.inputs === null) throw error;
    throw new StatusError(
      code,
      `${message} (the inputs are random: --below bounds whole numbers, --input gives a request)`,
    );
  } finally {
    channel.close();
  }
}

/** Why there is no server any more; null: it is there. */
async function lookIfGone({ endpoint, protocol }: LoadTestOptions): Promise<string | null> {
  try {
    (await openOrThrow(protocol, endpoint)).close();
    return null;
  } catch (error) {
    return `the end: ${StatusError.from(error).message}`;
  }
}

/** @returns null where it was ended before it measured anything */
async function runStep(
  options: LoadTestOptions,
  level: number,
  pacer: Pacer,
  signal: AbortSignal | undefined,
): Promise<LoadStep | null> {
  const { requests, durationMs, warmupMs, patienceMs } = options;
  const channels = await openChannels(options, connectionsFor(options, level));
  try {
    const load = (sink: StepTally, ms: number) =>
      runLoop(options, level, pacer, {
        ...{ channels, requests: requests.requests, sink, ms, patienceMs },
        ...(signal !== undefined && { signal }),
      });
    if (warmupMs > 0) await load(new StepTally(), warmupMs);
    if (signal?.aborted) return null;
    const before = await lookAtBatches(options);
    const cpu = process.cpuUsage();
    const idle = performance.eventLoopUtilization();
    const tally = new StepTally();
    const { unanswered, mostWaiting } = await load(tally, durationMs);
    const { utilization } = performance.eventLoopUtilization(idle);
    const { user, system } = process.cpuUsage(cpu);
    if (!signal?.aborted) tally.countUnanswered(unanswered, givenUp(patienceMs));
    const result = tally.finish();
    return {
      level,
      connections: channels.length,
      ...result,
      rowsPerSecond: result.requestsPerSecond * requests.rows,
      batches: batchFill(before, await lookAtBatches(options)),
      client: { busy: utilization, cpuSeconds: (user + system) / 1e6, mostWaiting },
    };
  } finally {
    for (const channel of channels) channel.close();
  }
}

function givenUp(patienceMs: number): string {
  return `no answer within ${patienceMs / 1000} s after the end`;
}

async function runLoop(
  { load, seed }: LoadTestOptions,
  level: number,
  pacer: Pacer,
  loop: LoopOptions,
): Promise<{ readonly unanswered: number; readonly mostWaiting: number }> {
  if (load === 'open') return await openLoop(pacer, { ...loop, rate: level, seed });
  const clients = Array.from({ length: level }, (_, i) => loop.channels[i % loop.channels.length]!);
  return { unanswered: await closedLoop({ ...loop, channels: clients }), mostWaiting: 0 };
}

function connectionsFor(options: LoadTestOptions, level: number): number {
  const { protocol, load, connections } = options;
  if (load === 'closed') {
    // A connection of HTTP/1.1 has one request under way.
    if (protocol === 'rest') return level;
    return Math.min(level, connections ?? mostGrpcConnections);
  }
  return connections ?? (protocol === 'rest' ? openRestConnections : openGrpcConnections);
}

async function openChannels(
  { protocol, endpoint }: LoadTestOptions,
  count: number,
): Promise<Channel[]> {
  const opened = await Promise.allSettled(
    Array.from({ length: count }, () => KeptChannel.open(() => openChannel(protocol, endpoint))),
  );
  const channels = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed === undefined) return channels;
  for (const channel of channels) channel.close();
  throw unavailable(
    `Connection ${channels.length + 1} of ${count}: ${(failed.reason as Error).message}`,
  );
}

async function lookAtBatches({ metrics }: LoadTestOptions): Promise<BatchCounters | null> {
  if (metrics === null) return null;
  try {
    const { status, body } = await httpGet(metrics.endpoint, metrics.path);
    return status === 200 ? readBatchCounters(body.toString()) : null;
  } catch {
    // The figures of the client stand for themselves.
    return null;
  }
}
