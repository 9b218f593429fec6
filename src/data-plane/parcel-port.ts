import type { MessagePort } from 'node:worker_threads';
import type { Engine, TensorParcel } from '../engines/index.ts';
import { TickPort } from './tick-port.ts';

/** A message with the tensors that move with it. */
interface Posted<Message> {
  readonly message: Message;
  readonly parcels: readonly TensorParcel[];
}

/** Handles a message; the parcels are the handler's to adopt or to free. */
export type ParcelHandler<Message> = (message: Message, parcels: readonly TensorParcel[]) => void;

/**
 * One end of a connection between two threads, over which tensors move as addresses.
 *
 * A tensor belongs to the sender until the receiver has counted its message as taken, in memory that
 * both share, and to the receiver from then on: before it looks at the message, so that no tensor is ever
 * freed by both. When the other thread has ended, `peerEnded` frees what was on its way to it. What that
 * thread had taken and not given back is lost with it, unless native runs of its own still use it.
 *
 * What is sent in one turn of the event loop goes together: see {@link TickPort}.
 */
export class ParcelPort<Out, In> {
  readonly #port: MessagePort;
  readonly #out: TickPort<Posted<Out>>;
  readonly #engine: Engine;
  /** Messages that each side has taken; counts wrap around. */
  readonly #taken: Int32Array;
  readonly #side: 0 | 1;
  /** Tensors of messages that the other side may not have taken, in the order of the messages. */
  readonly #onTheirWay: (readonly TensorParcel[])[] = [];
  /** Of the other side's count, as of when `#onTheirWay` was last shortened. */
  #seen = 0;
  #hasPeer = true;

  /** @param taken of {@link ParcelPort.share}, the same for both sides. */
  constructor(port: MessagePort, engine: Engine, taken: SharedArrayBuffer, side: 0 | 1) {
    this.#port = port;
    this.#out = new TickPort(port);
    this.#engine = engine;
    this.#taken = new Int32Array(taken);
    this.#side = side;
  }

  /** Memory that the two sides of one connection share. */
  static share(): SharedArrayBuffer {
    return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  }

  /** Sends a message, and gives the tensors away with it. */
  send(message: Out, parcels: readonly TensorParcel[]): void {
    if (!this.#hasPeer) {
      this.#free(parcels);
      return;
    }
    this.#forgetTaken();
    this.#onTheirWay.push(parcels);
    this.#out.send({ message, parcels });
  }

  listen(handle: ParcelHandler<In>): void {
    this.#port.on('message', (posted: unknown) =>
      TickPort.receive<Posted<In>>(posted, ({ message, parcels }) => {
        Atomics.add(this.#taken, this.#side, 1);
        handle(message, parcels);
      }),
    );
  }

  /** The other thread has ended, its native runs too: what was on its way to it is freed. Once. */
  peerEnded(): void {
    if (!this.#hasPeer) return;
    this.#hasPeer = false;
    this.#forgetTaken();
    for (const parcels of this.#onTheirWay.splice(0)) this.#free(parcels);
    this.#port.close();
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#hasPeer) this.#out.flush();
  }

  /** Sends what waits, and hears nothing any more. */
  close(): void {
    this.#out.flush();
    this.#port.close();
  }

  #forgetTaken(): void {
    const taken = Atomics.load(this.#taken, 1 - this.#side);
    this.#onTheirWay.splice(0, (taken - this.#seen) | 0);
    this.#seen = taken;
  }

  #free(parcels: readonly TensorParcel[]): void {
    for (const parcel of parcels) this.#engine.freeTensor(parcel);
  }
}
