import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
  HealthCheckResponse_ServingStatus as ServingStatusNumber,
} from '../../proto/index.ts';
import { invalidArgument, notFound, unavailable } from '../../status/index.ts';
import { type Bytes, joinBytes } from '../../util/index.ts';
import type { CallContext, GrpcMethod, GrpcService } from './method.ts';

export type ServingStatus = 'SERVING' | 'NOT_SERVING';

/** Models without an available version that are remembered. */
const mostAbsentModels = 1000;

/** How often a client may be sent its watched status is bounded by how fast it reads. */
type Listener = () => void;

/**
 * `grpc.health.v1.Health` over a table of names (spec 6.8): "" is the server as a whole, then
 * its services and its models. Served always, where TFS needs a flag. Check of an unknown name is NOT_FOUND, Watch of one reports
 * SERVICE_UNKNOWN and goes on, for the name may appear.
 */
export class HealthService implements GrpcService {
  readonly descriptor = Health;
  readonly methods: Readonly<Record<string, GrpcMethod>>;
  readonly #statuses = new Map<string, ServingStatus>([['', 'SERVING']]);
  /** Of models, by name; those whose status changed last are at the end. */
  readonly #models = new Map<string, ServingStatus>();
  readonly #listeners = new Set<Listener>();
  #isDraining = false;

  constructor() {
    this.methods = {
      Check: { kind: 'unary', handle: (message) => this.#check(message) },
      List: { kind: 'unary', handle: () => this.#list() },
      Watch: { kind: 'streaming', handle: (messages, call) => this.#watch(messages, call) },
    };
  }

  /** Sets what is reported for `name`, which is known from here on. No effect when draining. */
  set(name: string, status: ServingStatus): void {
    if (this.#isDraining || this.#statuses.get(name) === status) return;
    this.#statuses.set(name, status);
    this.#notify();
  }

  /** `name` is unknown from here on. */
  remove(name: string): void {
    if (this.#isDraining || !this.#statuses.delete(name)) return;
    this.#notify();
  }

  /**
   * Says whether some version of a model is available. One that never was stays unknown; of those
   * that were, the {@link mostAbsentModels} that are gone for the shortest time are remembered. A
   * service of the same name goes first.
   */
  setModel(name: string, isAvailable: boolean): void {
    const status = isAvailable ? 'SERVING' : 'NOT_SERVING';
    const before = this.#models.get(name);
    if (this.#isDraining || before === status || (before === undefined && !isAvailable)) return;
    this.#models.delete(name);
    this.#models.set(name, status);
    if (!isAvailable) this.#forgetAbsent();
    this.#notify();
  }

  #forgetAbsent(): void {
    const absent = [...this.#models].filter(([, status]) => status === 'NOT_SERVING');
    for (const [name] of absent.slice(0, Math.max(0, absent.length - mostAbsentModels))) {
      this.#models.delete(name);
    }
  }

  #statusOf(name: string): ServingStatus | undefined {
    return this.#statuses.get(name) ?? this.#models.get(name);
  }

  /** Everything is NOT_SERVING, for good; watches report it and end with UNAVAILABLE. */
  drain = (): void => {
    this.#isDraining = true;
    for (const statuses of [this.#statuses, this.#models]) {
      for (const name of statuses.keys()) statuses.set(name, 'NOT_SERVING');
    }
    this.#notify();
  };

  #check(message: Bytes): Uint8Array {
    const status = this.#statusOf(serviceOf(message));
    if (status === undefined) throw notFound('unknown service');
    return encodeStatus(status);
  }

  #list(): Uint8Array {
    const statuses = Object.fromEntries(
      [...this.#models, ...this.#statuses].map(([name, status]) => [
        name,
        { status: ServingStatusNumber[status] },
      ]),
    );
    return toBinary(HealthListResponseSchema, create(HealthListResponseSchema, { statuses }));
  }

  async *#watch(
    messages: AsyncIterable<Uint8Array>,
    call: CallContext,
  ): AsyncGenerator<Uint8Array, void, void> {
    const name = await firstServiceOf(messages);
    const { signal } = call;
    let reported: ServingStatus | 'SERVICE_UNKNOWN' | null = null;
    for (;;) {
      signal.throwIfAborted();
      const status = this.#statusOf(name) ?? 'SERVICE_UNKNOWN';
      if (status !== reported) {
        reported = status;
        yield encodeStatus(status);
      } else if (this.#isDraining) {
        throw unavailable('The server is shutting down');
      } else {
        await this.#change(signal);
      }
    }
  }

  /** Resolves at the next change of any status, or when the call is aborted. */
  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#listeners.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#listeners.delete(resolve);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function encodeStatus(status: ServingStatus | 'SERVICE_UNKNOWN'): Uint8Array {
  const response = create(HealthCheckResponseSchema, { status: ServingStatusNumber[status] });
  return toBinary(HealthCheckResponseSchema, response);
}

function serviceOf(message: Bytes): string {
  try {
    return fromBinary(HealthCheckRequestSchema, joinBytes(message)).service;
  } catch (cause) {
    throw invalidArgument('The message is not a grpc.health.v1.HealthCheckRequest', { cause });
  }
}

async function firstServiceOf(messages: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const message of messages) return serviceOf(message);
  throw invalidArgument('Watch needs a grpc.health.v1.HealthCheckRequest');
}
