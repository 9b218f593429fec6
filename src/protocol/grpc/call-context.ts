import type { StatusError } from '../../status/index.ts';
import { type ByteShare, overBudget, type RequestIds } from '../../util/index.ts';
import type { Refusals } from '../refusals.ts';
import type { GrpcHeaders } from './exchange.ts';
import type { CallContext } from './method.ts';

/**
 * What a method's handler sees of its call. The signal and the request id are made when they are
 * first asked for: a call that is answered at once needs neither.
 */
export class ServerCallContext implements CallContext {
  readonly metadata: GrpcHeaders;
  readonly deadline: number;
  readonly #requestIds: RequestIds;
  readonly #refusals: Refusals;
  readonly #share: ByteShare;
  #requestId: string | null = null;
  #controller: AbortController | null = null;
  #abortedBy: StatusError | null = null;

  constructor(
    head: { readonly headers: GrpcHeaders; readonly deadline: number },
    environment: { readonly requestIds: RequestIds; readonly refusals: Refusals },
    share: ByteShare,
  ) {
    this.metadata = head.headers;
    this.deadline = head.deadline;
    this.#requestIds = environment.requestIds;
    this.#refusals = environment.refusals;
    this.#share = share;
  }

  reserve(bytes: number): void {
    if (this.#share.tryTake(bytes)) return;
    this.#refusals.count('bytes_in_flight');
    throw overBudget(this.#share);
  }

  get requestId(): string {
    this.#requestId ??= this.#requestIds.of(this.metadata['x-request-id']);
    return this.#requestId;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#abortedBy !== null) this.#controller.abort(this.#abortedBy);
    }
    return this.#controller.signal;
  }

  /** Nobody waits for the call any more; `reason` is what the signal's users throw. */
  abort(reason: StatusError): void {
    if (this.#abortedBy !== null) return;
    this.#abortedBy = reason;
    this.#controller?.abort(reason);
  }

  /** @throws StatusError the reason, once aborted. */
  throwIfAborted(): void {
    if (this.#abortedBy !== null) throw this.#abortedBy;
  }
}
