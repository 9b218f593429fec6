/**
 * Every message between the control thread and a data thread. What is sent in one turn of an event
 * loop goes together ({@link TickPort}), in its order; a message that was posted before its sender
 * ended arrives, and the end of a thread is told after its last message.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ServerOptions } from '../config/index.ts';
import type { ServableId, ServableState, TableChange } from '../core/index.ts';
import type { SharedEngine, SharedModel } from '../engines/index.ts';
import type { LogDelivery, LogInstructions } from '../request-log/index.ts';
import type { Protocol, TlsMaterials } from '../security/index.ts';
import type { ErrorMessage } from '../status/index.ts';
import type { CellAnnouncement, LogLevel, LogMessage } from '../telemetry/index.ts';

export type { Protocol };

/** What a data thread is started with, when nothing else is known yet. */
export interface ThreadData {
  /** Its place among the data threads, from 0: for logs. */
  readonly index: number;
  /** The loudest level that the main thread's logger writes. */
  readonly logLevel: LogLevel;
  /** How it asks the control thread for runs: one side of a {@link ParcelPort}. */
  readonly runs: { readonly port: MessagePort; readonly taken: SharedArrayBuffer };
}

/** Memory that all threads of a server share; each thread has the same row in all of it. */
export interface SharedMemory {
  /** Of {@link HandleCounts}. */
  readonly handles: SharedArrayBuffer;
  /** Of {@link Refusals}. */
  readonly refusals: SharedArrayBuffer;
  /** Of {@link BytePool}. */
  readonly bytes: SharedArrayBuffer;
  /** Of {@link ConnectionCounts}. */
  readonly connections: SharedArrayBuffer;
  /** Of {@link Heartbeats}. */
  readonly heartbeats: SharedArrayBuffer;
}

/** What a data thread serves with. */
export interface ThreadOpening {
  readonly row: number;
  /** How many data threads there are. */
  readonly threads: number;
  readonly options: ServerOptions;
  readonly engine: SharedEngine;
  readonly memory: SharedMemory;
  readonly tls: TlsMaterials;
  /** Where metrics are told on the REST port; null: nowhere. */
  readonly metricsPath: string | null;
}

/** A loaded version for threads that do not own it. */
export interface LentServable {
  readonly model: SharedModel;
  readonly signatureDefMap: Uint8Array;
}

/** Null: the thread has the servable already. */
export type LentChange = TableChange<LentServable | null>;

/** To a data thread: `open` once, first; then the whole table as the first change. */
export type ToThread =
  | { readonly kind: 'open'; readonly opening: ThreadOpening }
  | { readonly kind: 'table'; readonly change: LentChange }
  /** No thread holds the version any more: give up what there is of it, and say `forgotten`. */
  | { readonly kind: 'forget'; readonly call: number; readonly id: ServableId }
  /** What new connections are encrypted with. */
  | { readonly kind: 'tls'; readonly tls: TlsMaterials }
  /** The descriptor of a connection, which is the thread's from when it has counted it as taken. */
  | { readonly kind: 'take'; readonly protocol: Protocol; readonly descriptor: number }
  /** Which requests are to be logged from now on. */
  | { readonly kind: 'log-requests'; readonly instructions: LogInstructions }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: Answer }
  | { readonly kind: 'refusal'; readonly call: number; readonly error: ErrorMessage }
  /** Nothing new comes: finish what there is within the grace, say `stopped`, and end. */
  | { readonly kind: 'stop'; readonly graceMs: number };

/** What only the control thread knows or can do. */
export type Question =
  | { readonly kind: 'statuses'; readonly name: string }
  /** All metrics, as Prometheus reads them. */
  | { readonly kind: 'metrics' }
  /** The first value of a metric; null: there is none. */
  | { readonly kind: 'metric'; readonly name: string }
  /** A serialized `tensorflow.serving.ModelServerConfig`. */
  | { readonly kind: 'reload'; readonly config: Uint8Array };

/** The states of a servable's versions, a page or a value; null: done, or no value. */
export type Answer = readonly StatusMessage[] | string | bigint | null;

/** A ServableStatus as it is sent. */
export interface StatusMessage {
  readonly id: ServableId;
  readonly state: ServableState;
  readonly error: ErrorMessage | null;
}

/** From a data thread. */
export type FromThread =
  | LogMessage
  /** It can take connections. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'forgotten'; readonly call: number }
  /** It counts in a cell of its own from now on. */
  | { readonly kind: 'cell'; readonly cell: CellAnnouncement }
  /** Requests that are to be logged. */
  | { readonly kind: 'requests'; readonly delivery: LogDelivery }
  | { readonly kind: 'ask'; readonly call: number; readonly question: Question }
  /** Nobody waits for the answer any more. */
  | { readonly kind: 'cancel'; readonly call: number }
  /** It hit a defect: it answers what it can with an error, and ends. */
  | { readonly kind: 'failed'; readonly error: ErrorMessage; readonly stack: string | null }
  /** All of its connections are gone; it ends once its runs have. */
  | { readonly kind: 'stopped' };
