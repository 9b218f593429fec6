import type { RunSample } from '../batching/index.ts';
import {
  borrowTensor,
  type Engine,
  type RunOptions,
  type TensorLoan,
  type TensorScope,
} from '../engines/index.ts';
import type { BypassOffer } from '../servables/index.ts';
import {
  cancelled,
  type ErrorMessage,
  fromErrorMessage,
  type StatusError,
  unavailable,
} from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { ParcelPort } from './parcel-port.ts';
import { exportAll } from './tensor-parcels.ts';

/** Which run one thread asks another one for. */
export interface RemoteRun {
  /** By the number under which the other thread has lent it. */
  readonly model: number;
  /** The key of its signature, or of those that it combines. */
  readonly signatures: readonly string[];
  /** Indices into the signature's outputs without repeats; null: all. */
  readonly fetches: readonly number[] | null;
}

/** From the thread that asks. Feeds are parcels of `run`. */
export type RunRequest =
  | {
      readonly kind: 'run';
      readonly call: number;
      readonly run: RemoteRun;
      /** ms since 1970, since threads count their own time; Infinity: none. */
      readonly deadline: number;
      /** Whether the reply is to say how the thread may make such runs itself. */
      readonly asksForBypass: boolean;
    }
  /** Runs that the thread that asks has made itself, past the queue of this number of the model. */
  | {
      readonly kind: 'ran';
      readonly model: number;
      readonly bypass: number;
      readonly samples: readonly RunSample[];
    }
  /** Nobody waits any more. A native run that has begun goes on, and owns its memory. */
  | { readonly kind: 'cancel'; readonly call: number }
  /** The outputs are read no more. Once for each reply some of whose outputs stay where they are. */
  | { readonly kind: 'release'; readonly call: number };

/** To the thread that asked. Outputs that are not copied stay where they are until they are released. */
export type RunReply =
  | {
      readonly kind: 'outputs';
      readonly call: number;
      readonly outputs: readonly TensorLoan[];
      /** Absent: it was not asked for, or there is none. */
      readonly bypass?: BypassOffer;
    }
  | { readonly kind: 'failed'; readonly call: number; readonly error: ErrorMessage };

interface Waiting {
  readonly scope: TensorScope;
  readonly onBypass: ((offer: BypassOffer) => void) | null;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: StatusError) => void;
}

/**
 * Has runs made by another thread: feeds go there as addresses, outputs are read where they are, and nothing
 * but small tensors is copied. Belongs to the thread that asks.
 */
export class RemoteRuns {
  readonly #port: ParcelPort<RunRequest, RunReply>;
  readonly #engine: Engine;
  readonly #waiting = new Map<number, Waiting>();
  #lastCall = 0;

  constructor(port: ParcelPort<RunRequest, RunReply>, engine: Engine) {
    this.#port = port;
    this.#engine = engine;
    port.listen((reply) => this.#receive(reply));
  }

  /**
   * Runs with `feeds`, which leave `scope`: whatever becomes of the run, they are the other thread's.
   * Outputs can be read until `scope` is closed. When the signal is aborted the promise rejects at once; what the other
   * thread does with the run meanwhile is its own.
   *
   * @param onBypass is told how this thread may make such runs itself, if it may; null: nobody asks
   * @throws StatusError (rejects) of the run; CANCELLED; UNAVAILABLE where the other thread has ended.
   */
  run(
    scope: TensorScope,
    run: RemoteRun,
    feeds: readonly Tensor[],
    { deadline, signal }: RunOptions,
    onBypass: ((offer: BypassOffer) => void) | null = null,
  ): Promise<readonly Tensor[]> {
    if (signal?.aborted) return Promise.reject(cancelled('The request was cancelled'));
    const call = ++this.#lastCall;
    const { promise, resolve, reject } = Promise.withResolvers<readonly Tensor[]>();
    const giveUp = (): void => {
      if (!this.#waiting.delete(call)) return;
      this.#port.send({ kind: 'cancel', call }, []);
      reject(cancelled('The request was cancelled'));
    };
    const parcels = exportAll(this.#engine, scope, feeds);
    this.#waiting.set(call, { scope, onBypass, resolve, reject });
    signal?.addEventListener('abort', giveUp, { once: true });
    const asked = { deadline: performance.timeOrigin + deadline, asksForBypass: onBypass !== null };
    this.#port.send({ kind: 'run', call, run, ...asked }, parcels);
    return promise.finally(() => signal?.removeEventListener('abort', giveUp));
  }

  /** Tells of runs that this thread has made itself, past a queue of the model. */
  ran(model: number, bypass: number, samples: readonly RunSample[]): void {
    this.#port.send({ kind: 'ran', model, bypass, samples }, []);
  }

  /** Sends now what would be sent at the end of this turn of the event loop. */
  flush(): void {
    this.#port.flush();
  }

  /** Sends what waits, and hears nothing any more: nobody may wait. */
  close(): void {
    this.#port.close();
  }

  /** The other thread has ended: all that wait for it are refused, and what was on its way is freed. */
  peerEnded(): void {
    this.#port.peerEnded();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(unavailable('The thread that made the run has ended; try again'));
    }
  }

  #receive(reply: RunReply): void {
    const { call } = reply;
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (reply.kind === 'failed') waiting?.reject(fromErrorMessage(reply.error));
    else if (waiting !== undefined) {
      if (reply.bypass !== undefined) waiting.onBypass?.(reply.bypass);
      waiting.resolve(this.#borrow(call, reply.outputs, waiting.scope));
    } else if (reply.outputs.some(({ kind }) => kind !== 'copy')) this.#release(call);
  }

  /** The outputs of a call, which are released as soon as nobody reads them where they are. */
  #borrow(call: number, outputs: readonly TensorLoan[], scope: TensorScope): readonly Tensor[] {
    const borrowed = outputs.map(borrowTensor);
    if (borrowed.some(({ end }) => end !== null)) {
      scope.onClose(() => {
        for (const { end } of borrowed) end?.();
        this.#release(call);
      });
    }
    return borrowed.map(({ tensor }) => tensor);
  }

  #release(call: number): void {
    this.#port.send({ kind: 'release', call }, []);
  }
}
