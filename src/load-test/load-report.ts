import type { BatchFill } from './batch-counters.ts';
import type { StepResult } from './step-tally.ts';

/** How a load is made: so many requests under way all the time, or so many a second. */
export type LoadKind = 'closed' | 'open';

/** One level of load and what came of it. */
export interface LoadStep extends StepResult {
  /** Closed loop: requests under way. Open loop: requests a second that were due. */
  readonly level: number;
  readonly connections: number;
  readonly rowsPerSecond: number;
  /** What the server says of its batches meanwhile; null where it says nothing. */
  readonly batches: BatchFill | null;
  readonly client: ClientCost;
}

/** How busy the client was: near 1 the figures tell of the client, not of the server. */
export interface ClientCost {
  /** The share of the time in which its event loop had work. */
  readonly busy: number;
  /** CPU seconds of its process. */
  readonly cpuSeconds: number;
  /** Open loop: the most requests that waited for a free connection at one time. */
  readonly mostWaiting: number;
}

/** A load test, as it is written to JSON. */
export interface LoadReport {
  readonly startedAt: string;
  /** Host and port. */
  readonly server: string;
  readonly protocol: 'rest' | 'grpc';
  /** The model's name, with version or label. */
  readonly model: string;
  /** Several with a comma between them. */
  readonly signature: string;
  readonly load: LoadKind;
  readonly request: {
    readonly rows: number;
    /** Bytes of the first body or message. */
    readonly bytes: number;
    /** Different ones that were sent in turn. */
    readonly variants: number;
    /** Name, type and shape of each input; null where the request was given. */
    readonly inputs: readonly string[] | null;
  };
  readonly warmupSeconds: number;
  readonly stepSeconds: number;
  readonly steps: readonly LoadStep[];
  /** Whether the user ended it before its time. */
  readonly interrupted: boolean;
  /** Why a step could not be made, and none after it: the server has gone, or takes no more connections. */
  readonly failure: string | null;
}

/** A client whose event loop had more work than this was what limited the load. */
const busyClient = 0.9;

/** What a reader of the figures must know of how they were measured. */
export function warningsOf({ steps, load, protocol }: LoadReport): string[] {
  const warnings: string[] = [];
  const levels = (some: readonly LoadStep[]) => some.map(({ level }) => level).join(', ');
  const busy = steps.filter(({ client }) => client.busy >= busyClient);
  if (busy.length > 0) {
    warnings.push(
      `The client was busy all the time (at ${nameOf(load)} ${levels(busy)}): the server may do more, and answer earlier, than these figures say.`,
    );
  }
  const waited = steps.filter(({ client }) => client.mostWaiting > 0);
  if (waited.length > 0 && protocol === 'rest') {
    warnings.push(
      `Requests waited in the client for a free connection (at ${nameOf(load)} ${levels(waited)}), and their time counts: --connections allows more.`,
    );
  }
  return warnings;
}

/** What a level of load is called. */
export function nameOf(load: LoadKind): 'concurrency' | 'rate' {
  return load === 'closed' ? 'concurrency' : 'rate';
}
