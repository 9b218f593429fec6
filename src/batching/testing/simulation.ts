import type { Clock } from '../../util/index.ts';
import { randomFrom } from '../../util/testing/random.ts';
import { BatchScheduler, type BatchTask, type Piece, type ScheduledQueue } from '../index.ts';

/** A queue under simulation. */
export interface SimulatedQueue extends ScheduledQueue {
  add(task: SimulatedTask): void;
}

export interface SimulatedTask extends BatchTask {
  readonly begin: number;
  done(): void;
}

export type Run = (pieces: readonly Piece<SimulatedTask>[]) => Promise<number>;

/** Time that jumps from one event to the next. */
class EventTime implements Clock {
  #now = 0;
  readonly #events: { readonly at: number; readonly happen: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  at(time: number, happen: () => void): void {
    let index = this.#events.length;
    while (index > 0 && this.#events[index - 1]!.at <= time) index--;
    this.#events.splice(index, 0, { at: time, happen });
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      // As a timer, which knows whole ms.
      this.at(Math.ceil(this.#now + Math.max(1, milliseconds)), resolve);
    });
  }

  /** Lets things happen until `end`. */
  async until(end: number): Promise<void> {
    for (;;) {
      const next = this.#events.at(-1);
      if (next === undefined || next.at > end) break;
      this.#events.pop();
      this.#now = next.at;
      next.happen();
      // The promises of what has ended, and what these lead to.
      for (let turn = 0; turn < 6; turn++) await null;
    }
    this.#now = end;
  }
}

/** What came of the tasks that ended within the measured time. */
export interface Outcome {
  /** Rows. */
  readonly done: number;
  readonly refused: number;
  /** ms from the coming of a task to its end, ascending. */
  readonly latencies: readonly number[];
  /** ms from the coming of a refused task to its refusal, ascending. */
  readonly refusals: readonly number[];
}

export interface SimulationOptions {
  /** ms of a run of so many rows on an idle machine. */
  readonly cost: (rows: number) => number;
  /** Runs that make progress at full speed at once; more share that. */
  readonly cores: number;
  /** Batches at once. */
  readonly places: number;
  /** ms that are simulated before anything counts, and then counted. */
  readonly warmUp: number;
  readonly measured: number;
  readonly queue: (scheduler: BatchScheduler, run: Run) => SimulatedQueue;
  /** ms from its coming until the deadline of a task. */
  readonly patience?: number;
  /** Of a task; default: 1. */
  readonly rowsOfTask?: () => number;
  /** A reply and the next request take so long, in ms, and up to 1 ms more; default: 0. */
  readonly leastPause?: number;
}

/** A run under way: ms that it would still take on an idle machine. */
interface SimulatedRun {
  left: number;
  readonly ended: () => void;
}

/** An engine, a queue before it, and its tasks; without any real time. */
class Simulation {
  readonly time = new EventTime();
  readonly queue: SimulatedQueue;
  readonly #options: SimulationOptions;
  readonly #runs = new Set<SimulatedRun>();
  #progressed = 0;
  #turn = 0;
  #done = 0;
  #refused = 0;
  readonly #refusals: number[] = [];
  readonly #latencies: number[] = [];

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { time } = this;
    const defer = (work: () => void) => time.at(time.now(), work);
    const scheduler = new BatchScheduler({ places: options.places, clock: time, defer });
    this.queue = options.queue(scheduler, (pieces) => this.#run(pieces));
  }

  /** A task comes; `ended` is called once, when it is done or refused. */
  send(ended: () => void): void {
    const begin = this.time.now();
    const refuse = () => {
      this.#refused += this.#counts;
      if (this.#counts) this.#refusals.push(this.time.now() - begin);
      ended();
    };
    const { patience = Number.POSITIVE_INFINITY, rowsOfTask = () => 1 } = this.#options;
    const rows = rowsOfTask();
    const task: SimulatedTask = {
      ...{ rows, deadline: begin + patience, begin, refuse },
      done: () => {
        if (this.#counts) this.#latencies.push(this.time.now() - begin);
        this.#done += rows * this.#counts;
        ended();
      },
    };
    try {
      this.queue.add(task);
    } catch {
      refuse();
    }
  }

  async run(): Promise<Outcome> {
    const { warmUp, measured } = this.#options;
    await this.time.until(warmUp + measured);
    const latencies = this.#latencies.sort((a, b) => a - b);
    const refusals = this.#refusals.sort((a, b) => a - b);
    return { done: this.#done, refused: this.#refused, latencies, refusals };
  }

  get #counts(): number {
    return this.time.now() >= this.#options.warmUp ? 1 : 0;
  }

  async #run(pieces: readonly Piece<SimulatedTask>[]): Promise<number> {
    let rows = 0;
    for (const { from, to } of pieces) rows += to - from;
    await new Promise<void>((ended) => {
      this.#progress();
      this.#runs.add({ left: this.#options.cost(rows), ended });
      this.#awaitNext();
    });
    for (const { task } of pieces) task.done();
    return rows;
  }

  /** Each run has advanced since the last time, at full speed where there are enough cores. */
  #progress(): void {
    const now = this.time.now();
    const speed = Math.min(1, this.#options.cores / this.#runs.size);
    for (const run of this.#runs) run.left -= speed * (now - this.#progressed);
    this.#progressed = now;
  }

  /** Ends the run with the least left when that will be done, unless another one begins or ends before. */
  #awaitNext(): void {
    const turn = ++this.#turn;
    let first: SimulatedRun | null = null;
    for (const run of this.#runs) if (first === null || run.left < first.left) first = run;
    if (first === null) return;
    const run = first;
    const slowdown = Math.max(1, this.#runs.size / this.#options.cores);
    this.time.at(this.time.now() + Math.max(0, run.left) * slowdown, () => {
      if (turn !== this.#turn) return;
      this.#progress();
      this.#runs.delete(run);
      this.#awaitNext();
      run.ended();
    });
  }
}

/** So many clients, each of which sends its next task when the last has ended. */
export function closedLoop(clients: number, options: SimulationOptions): Promise<Outcome> {
  const simulation = new Simulation(options);
  const random = randomFrom(3);
  const send = (): void => {
    const pause = (options.leastPause ?? 0) + random();
    simulation.time.at(simulation.time.now() + pause, () => simulation.send(send));
  };
  for (let i = 0; i < clients; i++) send();
  return simulation.run();
}

/** Tasks that come at random times, so many a ms, whatever became of those before. */
export function openLoop(rate: number, options: SimulationOptions): Promise<Outcome> {
  const simulation = new Simulation(options);
  const random = randomFrom(7);
  const next = (): void => {
    const pause = -Math.log(1 - random()) / rate;
    simulation.time.at(simulation.time.now() + pause, () => {
      simulation.send(() => {});
      next();
    });
  };
  next();
  return simulation.run();
}

export function percentile(latencies: readonly number[], part: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(part * latencies.length))]!;
}
