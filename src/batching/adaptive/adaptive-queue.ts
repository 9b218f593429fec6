import { queueFull, timedOut } from '../batch-faults.ts';
import type { BatchScheduler, ScheduledQueue } from '../batch-scheduler.ts';
import { type BatchTask, countedRows, type Piece } from '../batch-task.ts';
import type { Bypass, BypassTerms } from '../bypass.ts';
import type { Demand } from './batch-sizer.ts';
import { Caution } from './caution.ts';
import { ConcurrencyTuner } from './concurrency-tuner.ts';
import { lateReply } from './late-reply.ts';
import { type KnownRuns, RunCosts } from './run-costs.ts';
import { Slowdown } from './slowdown.ts';

/** Kinds of tasks whose costs are known apart; those of all others are taken together. */
const mostKinds = 32;
const otherKinds = '';
/** A run that has less to share than a timer knows, in ms, waits for nobody. */
const shortestHold = 1;
/** A batch may take this part of the time that a task has: it may come just after another run has begun, and some time is to spare. */
const runPart = 1 / 3;
/**
 * Several tasks that came together on another thread are run there as one batch if its rows add no more than so many ms:
 * to bring them here and to divide them among places would take about as long.
 */
const mostAdded = 2;
/** A batch is made as small as lets its tasks be in time if its run takes so many times what is expected. */
const spareTime = 1.1;
/** Weight of a task in the mean of the times that tasks have. */
const patienceWeight = 0.05;

export interface AdaptiveOptions {
  /** Rows of a batch at most; a task with more is run alone. */
  readonly mostRows: number;
  /** Rows that may wait. */
  readonly mostWaitingRows: number;
  /** What a task should take at most from its coming to the end of its run, in ms; Infinity: no matter. */
  readonly targetMs: number;
}

/** A run that another thread has made. */
export interface RunSample {
  /** Of its tasks. */
  readonly kind: string;
  readonly rows: number;
  readonly milliseconds: number;
}

/** Tasks of one kind, which can be joined, in the order in which they came. */
interface Kind<Task> {
  readonly name: string;
  readonly places: Map<Task, Place<Task>>;
  rows: number;
  readonly costs: RunCosts;
}

/** What other threads may run past a queue, as far as it depends on costs alone. */
interface BypassCosts {
  readonly terms: Omit<BypassTerms, 'runs' | 'bestRuns' | 'surplusRuns'>;
  /** Whether runs are worth waiting for more tasks when there is enough to do. */
  readonly holds: boolean;
}

/** A run of this queue that is under way. */
interface OwnRun {
  readonly rows: number;
  readonly began: number;
  /** What it is taken to need, in ms; 0: not known. */
  readonly expectedMs: number;
}

/** A task that waits. */
interface Place<Task> {
  readonly piece: Piece<Task>;
  readonly kind: Kind<Task>;
  /** When it must have begun; as its deadline for one that came when nothing ran or waited. */
  readonly latest: number;
  readonly isFirst: boolean;
}

/**
 * Tasks that may run together, gathered without any waiting time to be set: whoever finds a place free is run
 * at once, and what comes while all are taken is run together next. Belongs to one thread.
 *
 * 1. No task waits while its queue has fewer runs going on than it finds best and its scheduler a place, but
 *    for one case. When there has always been enough to do, those whose replies have just gone out will
 *    ask again: where that was found to yield more (`ConcurrencyTuner`), the next run waits for them, as long as each that comes
 *    does so before the wait costs more than to run the others apart; no longer than what has come would take by itself.
 * 2. A batch holds tasks of one kind, in the order in which they came, and as many rows as yield most, as
 *    far as that is known (`BatchSizer`), fewer where those yield about as much and some of them would be late otherwise, or one task; so
 *    many run at once (`ConcurrencyTuner`). Kinds take turns.
 * 3. A task that would be late, by what is known of the costs, of what waits before it, of how much longer than expected the
 *    last runs took (`Slowdown`) and of how far off such estimates were (`Caution`), is refused with UNAVAILABLE when it comes; so is one for which there is no room. One that comes when nothing
 *    runs or waits is always run: estimates that are wrong would last otherwise.
 * 4. A task that waits until its deadline is too near for its run is refused, one that is withdrawn leaves
 *    at once: neither is run.
 * 5. While nothing waits, and no run would wait as said in 1, other threads may run tasks themselves (`Bypass`): one that comes
 *    alone, and several that come together where dividing them would gain next to nothing; only such as would not be
 *    refused, by their time and the target. Their runs count as runs of the queue, and samples of them teach it
 *    what they cost. Where there is not always enough to do, one that finds all places taken, which happens only now and then, may wait
 *    in the engine, behind one other.
 * 6. While tasks wait, other threads refuse themselves those for which 3 says so even if they were of one row, and of the
 *    kind that is known to be the fastest.
 *
 * The longest wait is that of `mostWaitingRows`, in batches of the best size of their kind, and of one batch
 * of each other queue for each of them; with `targetMs` a task that is expected to take longer is refused.
 */
export class AdaptiveQueue<Task extends BatchTask> implements ScheduledQueue {
  readonly #scheduler: BatchScheduler;
  readonly #options: AdaptiveOptions;
  readonly #kindOf: (task: Task) => string;
  readonly #run: (pieces: readonly Piece<Task>[]) => Promise<number>;
  readonly #decided: (rows: number, runs: number) => void;
  /** Null: there are no other threads, or the queue was flushed. */
  #bypass: Bypass | null;
  /** Null: to be found out. */
  #bypassCosts: BypassCosts | null = null;
  readonly #tuner: ConcurrencyTuner;
  readonly #caution = new Caution();
  readonly #slowdown = new Slowdown();
  /** Those of which tasks wait, the one whose turn is next first. */
  readonly #kinds = new Map<string, Kind<Task>>();
  readonly #costs = new Map<string, RunCosts>();
  readonly #waiting = new Map<Task, Place<Task>>();
  /** Whether tasks that were taken have become late since the last run ended. */
  #wereLate = false;
  #waitingRows = 0;
  readonly #running = new Set<OwnRun>();
  /** No later than when the first of those that wait must have begun. */
  #firstDeadline = Number.POSITIVE_INFINITY;
  /** The time that tasks have when they come, on the average of those that have a deadline. */
  #patienceMs = Number.POSITIVE_INFINITY;
  /** Rows whose replies have gone out since the last run began, and that have not been asked for again. */
  #expectedRows = 0;
  /** When the last run ended, and the last task came. */
  #freeSince = Number.NEGATIVE_INFINITY;
  #cameLast = Number.NEGATIVE_INFINITY;

  /**
   * @param mostRuns at once, at least 1
   * @param kindOf tasks of equal kinds can be joined, and cost about the same a row
   * @param run must not reject; it is called with at least one piece. Resolves with the rows that were run together;
   * 0: a run failed, or there were several, which tells nothing of what one costs
   * @param decided is told of each batch how many rows it was to hold at most, and how many runs to be made at once
   * @param bypass of other threads, which take their places from the scheduler's
   */
  constructor(given: {
    readonly scheduler: BatchScheduler;
    readonly options: AdaptiveOptions;
    readonly mostRuns: number;
    readonly kindOf: (task: Task) => string;
    readonly run: (pieces: readonly Piece<Task>[]) => Promise<number>;
    readonly decided?: (rows: number, runs: number) => void;
    readonly bypass?: Bypass | null;
  }) {
    this.#scheduler = given.scheduler;
    this.#options = given.options;
    this.#kindOf = given.kindOf;
    this.#run = given.run;
    this.#decided = given.decided ?? (() => {});
    this.#bypass = given.bypass ?? null;
    this.#tuner = new ConcurrencyTuner(given.mostRuns, given.scheduler.now());
    this.#openBypass();
  }

  /** @throws StatusError UNAVAILABLE where there is no room, or the task would be late. */
  add(task: Task): void {
    const name = this.#kindOf(task);
    const since = this.#scheduler.now();
    const size = countedRows(task.rows);
    let kind = this.#kinds.get(name);
    const costs = kind?.costs ?? this.#costsOf(name);
    const isFirst = this.isEmpty && this.#runs === 0;
    if (!isFirst) this.#check(task, size, costs, since);
    if (kind === undefined) {
      kind = { name, places: new Map(), rows: 0, costs };
      this.#kinds.set(name, kind);
    }
    kind.rows += size;
    this.#waitingRows += size;
    this.#cameLast = since;
    this.#expectedRows = Math.max(0, this.#expectedRows - size);
    const needed = costs.with(this.#tuner.limit).curve.timeOf(size);
    const latest = isFirst ? task.deadline : task.deadline - needed;
    const piece = { task, from: 0, to: task.rows, since };
    const place = { piece, kind, latest, isFirst };
    kind.places.set(task, place);
    this.#waiting.set(task, place);
    if (latest < this.#firstDeadline) this.#firstDeadline = latest;
    this.#noteDeadline(task.deadline - since, needed);
    this.#tellTuner(since);
    this.#bypass?.shut();
    this.#tellSoonest();
    this.#scheduler.changed(this);
  }

  /** A task is given up: if it still waits, it is not run. */
  withdraw(task: Task): void {
    const place = this.#waiting.get(task);
    if (place === undefined) return;
    this.#remove(task, place);
    this.#noteIdle(this.#scheduler.now());
  }

  /** Other threads have made these runs, or ones like them. */
  learn(samples: readonly RunSample[]): void {
    const now = this.#scheduler.now();
    this.#tellTuner(now);
    for (const { kind, rows, milliseconds } of samples) {
      const known = this.#costsOf(kind).with(this.#tuner.limit);
      this.#slowdown.ran(milliseconds, known.curve.timeOf(rows));
      this.#record(known, rows, milliseconds);
      // Where all are made elsewhere, there may be not enough to do any more.
      const isLong = milliseconds >= shortestHold;
      if (this.isEmpty) this.#tuner.ended(now, { rows, tasks: 1, isUsual: true, isLong });
    }
    this.#openBypass();
  }

  /** Nothing waits for more tasks; but no other thread runs any from now on, and what they run does not count. */
  flush(): void {
    this.#bypass?.close();
    this.#bypass = null;
    this.#scheduler.changed(this);
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** As said in 1, a run waits for as many tasks as have just ended. */
  readyAt(): number {
    const { limit, gathers } = this.#tuner;
    if (this.isEmpty || this.#runs >= limit) return Number.POSITIVE_INFINITY;
    if (!gathers || this.#expectedRows === 0) return Number.NEGATIVE_INFINITY;
    const kind = this.#nextKind;
    const { curve, sizer } = kind.costs.with(limit);
    const rows = this.#share(kind);
    const more = Math.min(this.#expectedRows, sizer.enough(this.#demand) - rows);
    if (more <= 0) return Number.NEGATIVE_INFINITY;
    const milliseconds = curve.timeOf(rows);
    const saved = milliseconds + curve.timeOf(more) - curve.timeOf(rows + more);
    if (saved < shortestHold) return Number.NEGATIVE_INFINITY;
    const { piece } = kind.places.values().next().value!;
    const since = Math.max(piece.since, this.#freeSince);
    return Math.min(Math.max(since, this.#cameLast) + saved, since + milliseconds);
  }

  get firstDeadline(): number {
    return this.#firstDeadline;
  }

  expire(now: number): void {
    if (now < this.#firstDeadline) return;
    this.#firstDeadline = Number.POSITIVE_INFINITY;
    for (const [task, place] of this.#waiting) {
      if (place.latest <= now) {
        this.#remove(task, place);
        this.#wereLate ||= !place.isFirst;
        task.refuse(timedOut());
      } else if (place.latest < this.#firstDeadline) this.#firstDeadline = place.latest;
    }
    this.#noteIdle(now);
  }

  take(): () => Promise<void> {
    const kind = this.#nextKind;
    const pieces: Piece<Task>[] = [];
    const { isFirst } = kind.places.values().next().value!;
    const known = kind.costs.with(this.#tuner.limit);
    const began = this.#scheduler.now();
    const rows = this.#fill(kind, known, began, pieces);
    // To the end of the row, if any of it still waits.
    if (this.#kinds.delete(kind.name)) this.#kinds.set(kind.name, kind);
    if (this.isEmpty) this.#firstDeadline = Number.POSITIVE_INFINITY;
    const run = { rows, began, expectedMs: known.curve.timeOf(rows) };
    this.#running.add(run);
    // Those that have not come again by now are not waited for any more.
    this.#expectedRows = 0;
    this.#noteIdle(began);
    return () => this.#measure(pieces, run, known, isFirst);
  }

  get #nextKind(): Kind<Task> {
    return this.#kinds.values().next().value!;
  }

  /** Moves the tasks of the next batch to `pieces`. @returns its rows */
  #fill(kind: Kind<Task>, known: KnownRuns, now: number, pieces: Piece<Task>[]): number {
    const most = this.#sizeInTime(kind, known, now);
    const soonest = now + known.curve.timeOf(Math.min(most, kind.rows));
    let rows = 0;
    this.#decided(known.sizer.limit(this.#demand), this.#tuner.limit);
    const late: Task[] = [];
    for (const [task, place] of kind.places) {
      const size = countedRows(task.rows);
      if (rows > 0 && rows + size > most) break;
      if (task.deadline < soonest && !place.isFirst) late.push(task);
      else {
        this.#remove(task, place);
        pieces.push(place.piece);
        rows += size;
      }
    }
    // Alone each is still in time.
    if (rows === 0) return this.#takeFirst(kind, pieces);
    for (const task of late) {
      this.#remove(task, this.#waiting.get(task)!);
      this.#wereLate = true;
      task.refuse(timedOut());
    }
    return rows;
  }

  /** Rows of the next batch: fewer than had best be run, if those yield about as much and less of them would be late. */
  #sizeInTime(kind: Kind<Task>, { curve, sizer }: KnownRuns, now: number): number {
    const wanted = sizer.next(this.#share(kind), this.#demand);
    let best = wanted;
    let fewest = Number.POSITIVE_INFINITY;
    for (let rows = wanted; rows > 0 && fewest > 0; rows = sizer.fewer(rows, wanted)) {
      const soonest = now + spareTime * curve.timeOf(rows);
      const late = this.#firstDeadline < soonest ? countLate(kind, wanted, soonest) : 0;
      if (late < fewest) {
        fewest = late;
        best = rows;
      }
    }
    return best;
  }

  #takeFirst(kind: Kind<Task>, pieces: Piece<Task>[]): number {
    const [task, place] = kind.places.entries().next().value!;
    this.#remove(task, place);
    pieces.push(place.piece);
    return countedRows(task.rows);
  }

  /** Rows that each of the runs would have if what waits and what runs were divided evenly. */
  #share(kind: Kind<Task>): number {
    const all = kind.rows + this.#rowsUnderWay + this.#expectedRows;
    const even = Math.ceil(all / this.#tuner.limit);
    return Math.min(kind.rows, even);
  }

  get #demand(): Demand {
    const { mostRows, targetMs } = this.#options;
    const mostMs = runPart * Math.min(targetMs, this.#patienceMs);
    const { isSaturated, isTrying } = this.#tuner;
    return { isSaturated, mayTry: isSaturated && !isTrying, mostMs, mostRows };
  }

  /** One that has less time than its run takes by itself is no reason for the others to be run in smaller batches. */
  #noteDeadline(left: number, needed: number): void {
    if (left === Number.POSITIVE_INFINITY || left < needed) return;
    if (this.#patienceMs === Number.POSITIVE_INFINITY) this.#patienceMs = left;
    else this.#patienceMs += patienceWeight * (left - this.#patienceMs);
  }

  /** @param isFirst whether the first task came when nothing ran or waited, and so was taken whatever time it has */
  async #measure(
    pieces: readonly Piece<Task>[],
    run: OwnRun,
    known: KnownRuns,
    isFirst: boolean,
  ): Promise<void> {
    const { rows, began } = run;
    const wasKnown = known.curve.knows(rows);
    const together = await this.#run(pieces);
    // Of those that fail nothing is learned: they would be unusual for ever.
    const isUsual = wasKnown || together === 0;
    const now = this.#scheduler.now();
    const milliseconds = now - began;
    this.#running.delete(run);
    this.#tellTuner(now);
    this.#expectedRows += rows;
    this.#freeSince = now;
    // Those that have gone meanwhile cost nothing.
    if (together === rows) this.#slowdown.ran(milliseconds, run.expectedMs);
    this.#record(known, together, milliseconds);
    const wereLate = pieces.some((piece, i) => !(isFirst && i === 0) && this.#isLate(piece, now));
    this.#caution.ran(wereLate || this.#wereLate);
    this.#wereLate = false;
    const isLong = milliseconds >= shortestHold;
    this.#tuner.ended(now, { rows, tasks: pieces.length, isUsual, isLong });
    this.#noteIdle(now);
  }

  #isLate({ task, since }: Piece<Task>, now: number): boolean {
    return now > Math.min(task.deadline, since + this.#options.targetMs);
  }

  /** @param rows that were run together; 0: what it took tells nothing of what one run costs */
  #record({ curve, sizer }: KnownRuns, rows: number, milliseconds: number): void {
    if (rows > 0) curve.record(rows, milliseconds);
    sizer.ran(milliseconds);
    this.#bypassCosts = null;
  }

  /** Less may wait than before. */
  #noteIdle(now: number): void {
    this.#tellTuner(now);
    this.#openBypass();
    this.#tellSoonest();
  }

  /**
   * Tells whether nothing waits, and this queue makes fewer runs than it may. Those of other threads do not count here: when they end
   * is seen only now and then, and the time until then would count as busy.
   */
  #tellTuner(now: number): void {
    this.#tuner.idle(now, this.isEmpty && this.#running.size < this.#tuner.limit);
  }

  /** Runs under way, of other threads too, and their rows. */
  get #runs(): number {
    return this.#running.size + (this.#bypass?.runs ?? 0);
  }

  get #rowsUnderWay(): number {
    let sum = this.#bypass?.rows ?? 0;
    for (const { rows } of this.#running) sum += rows;
    return sum;
  }

  /** Rows that other threads still have to run: of what runs about half is done, of what waits in the engine nothing. */
  get #rowsElsewhere(): number {
    const { rows = 0, runs = 0 } = this.#bypass ?? {};
    const waiting = Math.max(0, runs - this.#tuner.limit);
    return waiting === 0 ? rows / 2 : (rows * (1 + waiting / runs)) / 2;
  }

  /** How long those of this queue will still take, in ms, one after the other. */
  #msLeft(now: number): number {
    let left = 0;
    for (const { began, expectedMs } of this.#running) {
      left += Math.max(0, began + expectedMs - now);
    }
    return left;
  }

  /** Lets other threads run tasks, if none waits and it need not be waited for more of them. */
  #openBypass(): void {
    if (this.#bypass === null || !this.isEmpty) return;
    const { limit, gathers, isSaturated } = this.#tuner;
    this.#bypassCosts ??= this.#findBypassCosts();
    const { terms, holds } = this.#bypassCosts;
    if (gathers && holds) {
      this.#bypass.shut();
      return;
    }
    // Each waits for another one at most.
    const mayWait = !isSaturated && 2 * terms.aloneMs <= this.#options.targetMs;
    const surplusRuns = mayWait ? Math.min(limit, this.#scheduler.surplus) : 0;
    const runs = limit - this.#running.size;
    this.#bypass.open({ ...terms, runs, bestRuns: limit, surplusRuns });
  }

  /**
   * Tells other threads how soon a smallest task may expect its reply, of the kinds that are known: they refuse themselves what
   * this queue would. Where nothing waits that is for the queue to say: what comes to an idle one is always run.
   */
  #tellSoonest(): void {
    if (this.#bypass === null) return;
    const isBounded = Math.min(this.#options.targetMs, this.#patienceMs) < Number.POSITIVE_INFINITY;
    let soonest = Number.POSITIVE_INFINITY;
    if (isBounded && !this.isEmpty) {
      for (const costs of this.#costs.values()) {
        if (costs.with(this.#tuner.limit).curve.largest === 0) continue;
        soonest = Math.min(soonest, this.#expectedTime(1, costs));
      }
    }
    const isKnown = soonest < Number.POSITIVE_INFINITY;
    this.#bypass.soonestMs = isKnown ? this.#caution.factor * soonest : 0;
  }

  #findBypassCosts(): BypassCosts {
    const { mostRows, targetMs } = this.#options;
    const demand = this.#demand;
    let [togetherRows, aloneRows, bestRows] = [mostRows, mostRows, mostRows];
    let holds = false;
    for (const costs of this.#costs.values()) {
      const { curve, sizer } = costs.with(this.#tuner.limit);
      togetherRows = Math.min(togetherRows, Math.max(1, curve.rowsWorth(mostAdded)));
      aloneRows = Math.min(aloneRows, Math.max(1, curve.largest));
      bestRows = Math.min(bestRows, sizer.limit(demand));
      holds ||= curve.timeOf(sizer.limit(demand)) >= shortestHold;
    }
    if (this.#costs.size === 0) togetherRows = aloneRows = 1;
    while (togetherRows > 1 && this.#longest(togetherRows) > demand.mostMs) togetherRows >>= 1;
    const togetherMs = this.#longest(togetherRows);
    const aloneMs = this.#longest(aloneRows);
    if (togetherMs > targetMs) togetherRows = 0;
    if (aloneMs > targetMs) aloneRows = 0;
    const terms = { leastRows: 1, togetherRows, togetherMs, aloneRows, aloneMs, bestRows };
    return { terms, holds };
  }

  /** What a run of so many rows, of any kind, is taken to need, in ms. */
  #longest(rows: number): number {
    let longest = 0;
    for (const costs of this.#costs.values()) {
      longest = Math.max(longest, costs.with(this.#tuner.limit).curve.timeOf(rows));
    }
    return this.#caution.factor * longest;
  }

  #remove(task: Task, { kind }: Place<Task>): void {
    const size = countedRows(task.rows);
    this.#waiting.delete(task);
    this.#waitingRows -= size;
    kind.places.delete(task);
    kind.rows -= size;
    if (kind.places.size === 0) this.#kinds.delete(kind.name);
  }

  #check(task: Task, size: number, costs: RunCosts, now: number): void {
    const { mostWaitingRows, targetMs } = this.#options;
    const rows = this.#waitingRows;
    if (rows + size > mostWaitingRows) {
      throw queueFull(
        `currently ${rows} rows are enqueued and no more than ${mostWaitingRows} may be`,
      );
    }
    const left = task.deadline - now;
    if (Math.min(left, targetMs) === Number.POSITIVE_INFINITY) return;
    const needed = this.#caution.factor * this.#expectedTime(size, costs);
    const fault = lateReply(needed, left, targetMs);
    if (fault !== null) throw fault;
  }

  /** How long a task that comes now will take to the end of its run, in ms, as far as that is known. */
  #expectedTime(size: number, costs: RunCosts): number {
    const { curve, sizer } = costs.with(this.#tuner.limit);
    if (this.isEmpty && this.#runs < this.#tuner.limit) return curve.timeOf(size);
    const most = Math.max(size, sizer.limit(this.#demand));
    const rows = Math.min(most, this.#waitingRows + size);
    const before = this.#waitingRows + size - rows + this.#rowsElsewhere;
    const after = (before / most) * curve.timeOf(most) + this.#msLeft(this.#scheduler.now());
    return this.#slowdown.factor * (after / this.#tuner.limit + curve.timeOf(rows));
  }

  #costsOf(name: string): RunCosts {
    const known = this.#costs.get(name);
    if (known !== undefined) return known;
    if (this.#costs.size >= mostKinds && name !== otherKinds) return this.#costsOf(otherKinds);
    const costs = new RunCosts();
    this.#costs.set(name, costs);
    return costs;
  }
}

/** How many of the first tasks, of so many rows, are needed sooner. */
function countLate<Task extends BatchTask>(
  { places }: Kind<Task>,
  most: number,
  soonest: number,
): number {
  let rows = 0;
  let late = 0;
  for (const [task, { isFirst }] of places) {
    if (task.deadline < soonest && !isFirst) late++;
    rows += countedRows(task.rows);
    if (rows >= most) break;
  }
  return late;
}
