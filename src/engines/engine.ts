import type {
  DType,
  PartialShape,
  StringJoiner,
  Tensor,
  TensorAllocator,
} from '../tensor/index.ts';
import type { StringParcel } from './string-parcel.ts';

/**
 * One named input or output of a signature.
 *
 * `name` is the engine's own name for the tensor (`x:0`, `StatefulPartitionedCall:1`); `alias` is
 * the clients' name for it.
 */
export interface TensorSpec {
  readonly alias: string;
  readonly name: string;
  readonly dtype: DType;
  /** The shape that the signature declares. */
  readonly shape: PartialShape;
  /**
   * The shape that the graph itself declares for a fed placeholder; `null` where the graph says
   * nothing. Lax exports let it differ from `shape`; then the engine decides.
   */
  readonly graphShape: PartialShape;
}

/** A signature as engines and protocols see it, whatever kind of model it comes from. */
export interface SignatureSpec {
  readonly key: string;
  readonly methodName: string;
  /** Sorted by alias, in the order in which feeds are given to {@link LoadedModel.run}. */
  readonly inputs: readonly TensorSpec[];
  /** Sorted by alias, in the order in which outputs come back. */
  readonly outputs: readonly TensorSpec[];
  /** Serialized TensorProto for each input alias that has a default value. */
  readonly defaults: ReadonlyMap<string, Uint8Array>;
  /** Op types that running this signature can reach, function bodies included. */
  readonly ops: ReadonlySet<string>;
}

/** What to load. Signatures come from the model's own files, read by whoever knows its format. */
export interface ModelSource {
  /** Absolute path of the version directory. */
  readonly path: string;
  /** Tags of the MetaGraphDef to load. */
  readonly tags: readonly string[];
  readonly signatures: readonly SignatureSpec[];
  /**
   * How its session is made, serialized as the runtime has it (`tensorflow.ConfigProto`); absent or
   * null: as those of the engine.
   */
  readonly sessionConfig?: Uint8Array | null;
}

/**
 * Memory of one request: what was allocated from it and the outputs of the runs made in it live
 * until `close`. Views of the engine's memory are detached then, and small tensors may be copies in the
 * JavaScript heap: late use throws, reads nothing or reads the tensor as it was, but never freed memory.
 *
 * Open one for each request, close it in `finally`. Closing while a run still uses it (a cancelled
 * request) is allowed: the memory is given back when that run ends. Not to be shared by threads.
 */
export interface TensorScope extends TensorAllocator, StringJoiner {
  /**
   * Calls `act` once, as the scope is closed: for memory of somebody else that the request reads until
   * then. At once where it is closed already.
   */
  onClose(act: () => void): void;
  /** Gives the memory back. A second call does nothing. */
  close(): void;
}

/** How one run is to be done. */
export interface RunOptions {
  /** Absolute time (ms, `performance.now()` clock) when the run must have ended; Infinity: never. */
  readonly deadline: number;
  /** Gives up waiting when aborted; a native run that has begun goes on, and owns its memory. */
  readonly signal: AbortSignal | null;
}

/** Who counts the runs of an engine on one thread. It is called on the way of requests. */
export interface RunCounter {
  /** The runtime is asked for a run. */
  began(): void;
  /** It has made one. @param microseconds that it took, with the way to another thread and back */
  succeeded(microseconds: number): void;
}

/**
 * A loaded model on its way from the thread that loaded it to the one that will run it. It can be
 * sent as a message. Whoever holds it owns the native model: made by {@link LoadedModel.handOver},
 * it is given to {@link Engine.adopt} exactly once, or never freed. One made by
 * {@link LoadedModel.lend} owns nothing, and is for any number of {@link Engine.borrow}.
 */
export interface SharedModel {
  /** The {@link Engine.name} of those that can adopt it. */
  readonly engine: string;
  readonly signatures: readonly SignatureSpec[];
  /** Addresses in this process, by names that only the engine's own folder knows. */
  readonly native: Readonly<Record<string, number>>;
  /** Set where the thread that lends the model may make its runs, in batches with those of other threads. */
  readonly batched?: LentBatches;
}

/** How runs of a lent model come to be made by the thread that has lent it. */
export interface LentBatches {
  /** By which that thread knows the model. */
  readonly number: number;
  /** One Int32, which that thread sets: 0 as long as each thread is to make its runs itself. */
  readonly isOn: SharedArrayBuffer;
}

/** What another thread of this process needs to load or run models for an engine; it can be sent. */
export interface SharedEngine {
  /** The {@link Engine.name}. */
  readonly engine: string;
  /**
   * Whether models start threads that live as long as they do. These inherit the priority of the
   * thread that loads: it must then be the one that they are to run with.
   */
  readonly modelsOwnThreads: boolean;
  /** What only the engine's own folder can read. */
  readonly native: unknown;
}

/**
 * A model in memory, ready to run. Made by {@link Engine.load} or {@link Engine.adopt}; the owner
 * calls `close` once no request uses it, or gives it away by `handOver`.
 */
export interface LoadedModel {
  /** By signature key. */
  readonly signatures: ReadonlyMap<string, SignatureSpec>;

  openScope(): TensorScope;

  /**
   * Runs a signature. `feeds` are in the order of `signature.inputs`; `null` is not allowed.
   * `fetches` are indices into `signature.outputs` without repeats, `null` for all; outputs come
   * back in that order and belong to `scope`. Feeds may live in `scope` or anywhere else; they
   * must not change until the run has ended.
   *
   * The answer is synchronous where the engine found the run short enough for the calling thread
   * (under 1 ms), else a promise, so that tiny models pay for no promise.
   *
   * Shapes and dtypes are the caller's to check: an engine may end the process on what the model's
   * declared shapes exclude.
   *
   * @throws StatusError the engine's own code and text; DEADLINE_EXCEEDED, CANCELLED, and
   * UNAVAILABLE when too many runs wait; FAILED_PRECONDITION after `close`.
   */
  run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]>;

  /**
   * One signature in the place of several of this model's own: it feeds and fetches each of their
   * tensors once, in the order of their names, which are its aliases. What comes back is for `run` of
   * this model alone, and may be kept as long; the same is given for the same again, while it is
   * remembered. Takes microseconds.
   */
  combine(signatures: readonly SignatureSpec[]): SignatureSpec;

  /**
   * Whether running this signature on an empty batch may be replaced by a run of one zero row:
   * every output's first dimension is open and no op that it reaches keeps state.
   */
  isRowwiseStateless(signature: SignatureSpec): boolean;

  /** Whether a run of this signature leaves nothing behind, so that it may be made again: no op keeps state. */
  isStateless(signature: SignatureSpec): boolean;

  /**
   * Gives the model away, to be adopted by an engine of the same kind on any thread of this process.
   * This object is closed from then on; what was loaded stays. Waits for nothing.
   *
   * @throws StatusError FAILED_PRECONDITION while a run is under way, and after `close`.
   */
  handOver(): SharedModel;

  /**
   * What other threads of this process can use the model by, while it stays this object's:
   * {@link Engine.borrow}. The owner closes it only once all of them have closed theirs.
   *
   * @throws StatusError FAILED_PRECONDITION after `close`.
   */
  lend(): SharedModel;

  /**
   * Waits for runs in flight, then frees everything, of a borrowed model what belongs to this thread.
   * A second call waits for the first.
   */
  close(): Promise<void>;
}

/**
 * A tensor of an engine's memory on its way between threads: it can be sent, and belongs to whoever
 * holds it, who has it taken over by {@link Engine.adoptTensor} or {@link Engine.freeTensor} exactly
 * once, or it is never freed.
 */
export interface TensorParcel {
  /** The {@link Engine.name}. */
  readonly engine: string;
  /** Where the tensor is in this process; only the engine's own folder knows what lies there. */
  readonly address: number;
  /** Of strings what does not lie there; else absent. */
  readonly strings?: StringParcel;
}

/** A kind of runtime. Knows no model names, versions or protocols. */
export interface Engine {
  /** `tensorflow`, `onnx` … as in logs and metrics. */
  readonly name: string;
  /** Loads without blocking the event loop. @throws StatusError with the runtime's own text. */
  load(source: ModelSource): Promise<LoadedModel>;
  /**
   * Takes a model over, on this thread: it runs, and is freed, here. Takes well under a
   * millisecond.
   *
   * @throws StatusError FAILED_PRECONDITION for one that was adopted before, one of another kind of
   * engine, and after `close`: then the model is the caller's as before. RESOURCE_EXHAUSTED where
   * there is no memory for it: then it is freed.
   */
  adopt(shared: SharedModel): LoadedModel;
  /**
   * Uses a model that another thread owns: {@link LoadedModel.lend}. What is returned is closed before
   * the owner closes its own, and cannot be handed over. Takes well under a millisecond.
   *
   * @throws StatusError FAILED_PRECONDITION for one of another kind of engine, and after `close`;
   * RESOURCE_EXHAUSTED where there is no memory for it.
   */
  borrow(shared: SharedModel): LoadedModel;
  /**
   * Takes a tensor out of its scope, to give it to another thread: views on it are empty from then on.
   * One that is not in the engine's memory, as small ones and strings are not, is copied, and stays as it is.
   *
   * @throws StatusError FAILED_PRECONDITION while a run uses it, and for a scope of another engine.
   */
  exportTensor(scope: TensorScope, tensor: Tensor): TensorParcel;
  /**
   * Takes a tensor over from another thread: it belongs to `scope`. Also where this throws, the parcel
   * is used up.
   *
   * @throws StatusError FAILED_PRECONDITION for a closed scope, or one of another engine.
   */
  adoptTensor(scope: TensorScope, parcel: TensorParcel): Tensor;
  /** Frees a tensor that nobody takes over. */
  freeTensor(parcel: TensorParcel): void;
  /** Runs off the threads, of all threads: those under way, and those that wait. */
  readonly runsOffThread: { readonly running: number; readonly waiting: number };
  /** Who counts the runs of this thread's models from now on. */
  countRuns(counter: RunCounter): void;
  /**
   * A data thread has ended, and its runs have: the places for runs that it had are given back. Called
   * on the engine that owns the models, and again before another thread gets the row.
   */
  threadEnded(row: number): void;
  /**
   * Whether a model with these ops starts threads that live on with it, as it is loaded or run: they
   * inherit the priority of the thread that makes the first run.
   */
  startsThreads(ops: ReadonlySet<string>): boolean;
  /** What other threads open their own side of this engine with: {@link openLoadEngine}, {@link openDataEngine}. */
  share(): SharedEngine;
  /**
   * Gives free memory of the process back to the system, as far as the allocator can. Takes
   * milliseconds in which this process may not allocate any: for when nobody waits. Never rejects.
   */
  releaseFreeMemory(): Promise<void>;
  /** Gives back what the engine itself holds, once every model is closed. */
  close(): Promise<void>;
}
