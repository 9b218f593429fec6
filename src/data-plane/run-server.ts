import type { RunSample } from '../batching/index.ts';
import {
  type Engine,
  type LoadedModel,
  lendTensor,
  type SignatureSpec,
  type TensorParcel,
  type TensorScope,
} from '../engines/index.ts';
import type { BypassOffer } from '../servables/index.ts';
import { internal, toErrorMessage } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { ParcelPort } from './parcel-port.ts';
import type { RunReply, RunRequest } from './remote-runs.ts';
import { adoptAll } from './tensor-parcels.ts';

/** A model that a thread runs for others, which may let them make some runs themselves. */
export interface RunModel extends LoadedModel {
  /** How others may make runs like these; null: they may not. */
  offer?(signature: SignatureSpec, fetches: readonly number[] | null): BypassOffer | null;
  /** Others have made these runs, past the queue of this number. */
  ran?(bypass: number, samples: readonly RunSample[]): void;
}

/** The models that a thread runs for others, by the numbers under which it has lent them. */
export type RunModels = (number: number) => RunModel | undefined;

type Asked = Extract<RunRequest, { kind: 'run' }>;

/**
 * Makes runs for another thread: feeds come as addresses, outputs are lent until that thread releases them or
 * has ended. Belongs to the thread that runs, which outlives the other. A run that is cancelled before it began is
 * not made; one that goes on keeps its memory until it ends, and its outputs are dropped.
 *
 * Whoever asks holds the version meanwhile: a model is not closed before its last run has been asked for.
 */
export class RunServer {
  readonly #port: ParcelPort<RunReply, RunRequest>;
  readonly #engine: Engine;
  readonly #models: RunModels;
  readonly #underWay = new Map<number, AbortController>();
  /** Outputs that the other thread reads, by their calls: nothing else may keep them. */
  readonly #lent = new Map<
    number,
    { readonly scope: TensorScope; readonly outputs: readonly Tensor[] }
  >();
  #hasPeer = true;

  constructor(port: ParcelPort<RunReply, RunRequest>, engine: Engine, models: RunModels) {
    this.#port = port;
    this.#engine = engine;
    this.#models = models;
    port.listen((request, parcels) => {
      switch (request.kind) {
        case 'run':
          void this.#serve(request, parcels);
          break;
        case 'cancel':
          this.#underWay.get(request.call)?.abort();
          break;
        case 'ran':
          this.#models(request.model)?.ran?.(request.bypass, request.samples);
          break;
        case 'release':
          this.#lent.get(request.call)?.scope.close();
          this.#lent.delete(request.call);
      }
    });
  }

  /** The other thread has ended: what it waited for, and what it read, is given up. */
  peerEnded(): void {
    this.#hasPeer = false;
    this.#port.peerEnded();
    for (const controller of this.#underWay.values()) controller.abort();
    for (const { scope } of this.#lent.values()) scope.close();
    this.#lent.clear();
  }

  async #serve(asked: Asked, parcels: readonly TensorParcel[]): Promise<void> {
    const { call } = asked;
    const controller = new AbortController();
    this.#underWay.set(call, controller);
    try {
      await this.#run(asked, parcels, controller.signal);
    } catch (error) {
      this.#port.send({ kind: 'failed', call, error: toErrorMessage(error) }, []);
    } finally {
      this.#underWay.delete(call);
    }
  }

  async #run(
    { call, run, deadline, asksForBypass }: Asked,
    parcels: readonly TensorParcel[],
    signal: AbortSignal,
  ): Promise<void> {
    let isAdopted = false;
    let isLent = false;
    let scope: TensorScope | null = null;
    try {
      const model = this.#models(run.model);
      if (model === undefined) throw internal('A run was asked for of a model that is closed');
      const signature = signatureOf(model, run.signatures);
      scope = model.openScope();
      isAdopted = true;
      const feeds = adoptAll(this.#engine, scope, parcels);
      const options = { deadline: deadline - performance.timeOrigin, signal };
      const outputs = await model.run(scope, signature, feeds, run.fetches, options);
      if (!this.#hasPeer) return;
      const loans = outputs.map(lendTensor);
      isLent = loans.some(({ kind }) => kind !== 'copy');
      if (isLent) this.#lent.set(call, { scope, outputs });
      const bypass = asksForBypass ? model.offer?.(signature, run.fetches) : null;
      this.#port.send({ kind: 'outputs', call, outputs: loans, ...(bypass && { bypass }) }, []);
    } finally {
      if (!isAdopted) for (const parcel of parcels) this.#engine.freeTensor(parcel);
      if (!isLent) scope?.close();
    }
  }
}

function signatureOf(model: LoadedModel, keys: readonly string[]): SignatureSpec {
  const signatures = keys.map((key) => {
    const signature = model.signatures.get(key);
    if (signature === undefined) throw internal(`A run was asked for of no signature: ${key}`);
    return signature;
  });
  return signatures.length === 1 ? signatures[0]! : model.combine(signatures);
}
