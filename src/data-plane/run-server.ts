import type { ServableHandle, ServableRequest } from '../core/index.ts';
import type { Engine, TensorParcel, TensorScope } from '../engines/index.ts';
import type { ModelServable } from '../servables/index.ts';
import { notFound, toErrorMessage } from '../status/index.ts';
import type { ParcelPort } from './parcel-port.ts';
import type { RunReply, RunRequest } from './remote-runs.ts';
import { adoptAll, exportAll } from './tensor-parcels.ts';

/** Where a thread finds the models that it runs for others. */
export interface RunModels {
  /** @throws StatusError with the texts of spec 4.8. */
  acquire(request: ServableRequest): ServableHandle<ModelServable>;
}

type Asked = Extract<RunRequest, { kind: 'run' }>;

/**
 * Makes runs for another thread, whose tensors come and go as addresses. Belongs to the thread that
 * runs. A run that is cancelled before it began is not made; one that goes on keeps its memory until it
 * ends, and its outputs are dropped.
 */
export class RunServer {
  readonly #port: ParcelPort<RunReply, RunRequest>;
  readonly #engine: Engine;
  readonly #models: RunModels;
  readonly #underWay = new Map<number, AbortController>();

  constructor(port: ParcelPort<RunReply, RunRequest>, engine: Engine, models: RunModels) {
    this.#port = port;
    this.#engine = engine;
    this.#models = models;
    port.listen((request, parcels) => {
      if (request.kind === 'cancel') this.#underWay.get(request.call)?.abort();
      else void this.#serve(request, parcels);
    });
  }

  /** The other thread has ended: what it waited for is given up. */
  peerEnded(): void {
    this.#port.peerEnded();
    for (const controller of this.#underWay.values()) controller.abort();
  }

  async #serve(asked: Asked, parcels: readonly TensorParcel[]): Promise<void> {
    const { call } = asked;
    const controller = new AbortController();
    this.#underWay.set(call, controller);
    try {
      this.#port.send(
        { kind: 'outputs', call },
        await this.#run(asked, parcels, controller.signal),
      );
    } catch (error) {
      this.#port.send({ kind: 'failed', call, error: toErrorMessage(error) }, []);
    } finally {
      this.#underWay.delete(call);
    }
  }

  async #run(
    { run, deadline }: Asked,
    parcels: readonly TensorParcel[],
    signal: AbortSignal,
  ): Promise<readonly TensorParcel[]> {
    const { name, version } = run;
    let isAdopted = false;
    let handle: ServableHandle<ModelServable> | null = null;
    let scope: TensorScope | null = null;
    try {
      handle = this.#models.acquire({ name, version, label: null });
      const { model } = handle.servable;
      const signature = model.signatures.get(run.signature);
      if (signature === undefined) throw notFound(`There is no signature ${run.signature}`);
      scope = model.openScope();
      isAdopted = true;
      const feeds = adoptAll(this.#engine, scope, parcels);
      const options = { deadline: deadline - performance.timeOrigin, signal };
      const outputs = await model.run(scope, signature, feeds, run.fetches, options);
      return exportAll(this.#engine, scope, outputs);
    } finally {
      if (!isAdopted) for (const parcel of parcels) this.#engine.freeTensor(parcel);
      scope?.close();
      handle?.release();
    }
  }
}
