import { cancelled, internal, StatusError } from '../status/index.ts';
import type { Loader } from './loader.ts';
import type { ServableData } from './servable-data.ts';
import type { ServableId } from './servable-id.ts';
import { servableIdText } from './servable-id.ts';

/**
 * Where a managed version is on its way (spec 4.1). Unlike the published states these are the
 * manager's own, and finer:
 *
 *     new → load-requested → load-approved → loading → ready
 *              ready → unload-requested → quiescing → quiesced → unloading → disabled
 *
 * Any of them may become `error`, and stays so until the version is tried again (`new`) or
 * forgotten. A load whose attempt failed goes back to `load-requested` for the next one.
 */
export type HarnessState =
  | 'new'
  | 'load-requested'
  | 'load-approved'
  | 'loading'
  | 'ready'
  | 'unload-requested'
  | 'quiescing'
  | 'quiesced'
  | 'unloading'
  | 'disabled'
  | 'error';

const legal: Readonly<Record<HarnessState, readonly HarnessState[]>> = {
  new: ['load-requested'],
  'load-requested': ['load-approved', 'load-requested'],
  'load-approved': ['loading', 'load-requested'],
  loading: ['ready', 'load-requested'],
  ready: ['unload-requested'],
  'unload-requested': ['quiescing'],
  quiescing: ['quiesced'],
  quiesced: ['unloading'],
  unloading: ['disabled'],
  disabled: [],
  error: ['new'],
};

/**
 * One managed version: its loader, its state and whether it is still wanted. All changes of state
 * pass through {@link LoaderHarness.to}, so an illegal one is found where it happens.
 */
export class LoaderHarness<T> {
  readonly id: ServableId;
  /** Null for a version that its source could not offer, which is in `error` from the begin. */
  readonly loader: Loader<T> | null;
  /** What the source said of its content; empty: nothing. */
  readonly revision: string;
  /** Whether the version is to be served; false: it is to be unloaded. */
  isAspired = true;
  /** Aborted when the load under way is no longer wanted. Replaced for each load. */
  #cancel = new AbortController();
  #state: HarnessState = 'new';
  #error: StatusError | null = null;

  constructor(data: ServableData<Loader<T>>) {
    this.id = data.id;
    this.loader = data.data;
    this.revision = data.revision;
    if (data.error !== null) this.fail(data.error);
  }

  get state(): HarnessState {
    return this.#state;
  }

  /** Why the state is `error`; null in any other. */
  get error(): StatusError | null {
    return this.#error;
  }

  get hasLoader(): boolean {
    return this.loader !== null;
  }

  /** Aborted by {@link cancelLoad}, with CANCELLED as its reason. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /**
   * Moves on. An illegal move leads to `error` instead.
   * @throws StatusError INTERNAL for an illegal move.
   */
  to(next: Exclude<HarnessState, 'error'>): void {
    if (!legal[this.#state].includes(next)) {
      const error = internal(
        `Illegal transition of servable ${servableIdText(this.id)} from ${this.#state} to ${next}`,
      );
      this.fail(error);
      throw error;
    }
    if (next === 'new') {
      this.#error = null;
      this.#cancel = new AbortController();
    }
    this.#state = next;
  }

  /** Moves to `error`. */
  fail(thrown: unknown): StatusError {
    this.#error = StatusError.from(thrown);
    this.#state = 'error';
    return this.#error;
  }

  /** Ends pauses between attempts; a load that succeeds all the same is undone. */
  cancelLoad(): void {
    this.#cancel.abort(cancelled('Loading of servable cancelled'));
  }
}
