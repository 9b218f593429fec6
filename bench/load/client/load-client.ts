import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { OpenLoopOptions } from '../../../src/load-test/index.ts';
import type { ClientPlan, ClientReply, ClientRequest, LoadRecord, OverloadRecord } from './plan.ts';

/**
 * A client in a process of its own, with connections to one server. One thing at a time: each call
 * waits for its answer. Ends with `await using`.
 */
export class LoadClient implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts the process and connects. @throws Error when the server cannot be reached. */
  static async start(plan: ClientPlan): Promise<LoadClient> {
    const client = new LoadClient(
      fork(fileURLToPath(new URL('./main.ts', import.meta.url)), {
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    try {
      await client.#ask({ kind: 'connect', plan });
      return client;
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Load as fast as the answers come. @throws Error for a wrong answer. */
  closed(ms: number): Promise<LoadRecord> {
    return this.#load({ kind: 'closed', ms });
  }

  /** Load at a rate, at random times. @throws Error for a wrong answer. */
  open(options: OpenLoopOptions): Promise<LoadRecord> {
    return this.#load({ kind: 'open', ...options });
  }

  /** Load at a rate, at random times, of which the server may refuse a part. @throws Error for a wrong answer. */
  async overload(options: OpenLoopOptions): Promise<OverloadRecord> {
    const reply = await this.#ask({ kind: 'overload', ...options });
    if (reply.kind !== 'outcomes') throw new Error(`got ${reply.kind}`);
    return reply.record;
  }

  /** Lets the process take what others leave, as far as 19, the lowest priority. */
  setNiceness(niceness: number): void {
    setPriority(this.#child.pid!, niceness);
  }

  /**
   * Lets the process run whenever it wants to, before all of usual priority: as one on another machine does. By util-linux's `chrt`, on Linux.
   * @throws Error where the user may not
   */
  comeFirst(): void {
    execFileSync('chrt', ['--all-tasks', '--fifo', '--pid', '1', String(this.#child.pid)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.kill()) await gone;
  }

  async #load(request: ClientRequest): Promise<LoadRecord> {
    const reply = await this.#ask(request);
    if (reply.kind !== 'done') throw new Error(`got ${reply.kind}`);
    const { failed, answered, firstFailure } = reply.record;
    if (failed > 0) throw new Error(`${failed} of ${failed + answered} failed: ${firstFailure}`);
    return reply.record;
  }

  #ask(request: ClientRequest): Promise<ClientReply> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error('the client died'));
      this.#child.once('exit', died);
      this.#child.once('message', (reply: ClientReply) => {
        this.#child.off('exit', died);
        if (reply.kind === 'failed') reject(new Error(reply.error));
        else resolve(reply);
      });
      this.#child.send(request);
    });
  }
}
