import { type ChildProcess, fork } from 'node:child_process';
import { ask, type Endpoint, openChannel, type PreparedRequest } from '../load-test/index.ts';
import { cancelled, unavailable } from '../status/index.ts';
import { systemClock } from '../util/index.ts';
import { freePorts } from './free-ports.ts';

/** What a server is started with. */
export interface TrialServerOptions {
  /** The JavaScript or TypeScript file of the program, and options of Node.js before it. */
  readonly program: string;
  readonly nodeOptions: readonly string[];
  /** Flags other than those of its ports. */
  readonly flags: readonly string[];
  /** How long it may take until it listens. */
  readonly startMs: number;
  readonly signal?: AbortSignal;
}

const host = '127.0.0.1';
/** Between two looks whether it listens. */
const lookMs = 50;
/** Of what it writes, the end is told where it fails. */
const keptOutput = 4000;
const endWithParent = new URL(
  import.meta.url.endsWith('.ts') ? './end-with-parent.ts' : './end-with-parent.js',
  import.meta.url,
);

/**
 * A server in a process of its own, on free ports of this machine. Killed by `await using`, and when this process
 * ends, however it does.
 */
export class TrialServer implements AsyncDisposable {
  readonly grpc: Endpoint;
  readonly rest: Endpoint;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #isEnded = false;
  /** Its exit code, or the signal that ended it. */
  #end = '';
  #output = '';

  private constructor(options: TrialServerOptions, [grpc, rest]: readonly number[]) {
    this.grpc = { host, port: grpc!, tls: null };
    this.rest = { host, port: rest!, tls: null };
    const ports = [`--port=${grpc}`, `--rest_api_port=${rest}`];
    this.#child = fork(options.program, [...options.flags, ...ports], {
      execArgv: [...options.nodeOptions, `--import=${endWithParent}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptOutput);
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#output += error.message;
        resolve();
      });
      this.#child.once('close', (code, signal) => {
        this.#end = signal ?? `code ${code}`;
        resolve();
      });
    });
    void this.#ended.then(() => {
      this.#isEnded = true;
    });
  }

  /**
   * Resolves when both its APIs listen, which is when its model is loaded.
   *
   * @throws StatusError UNAVAILABLE where it ends before, with what it said last, or takes too long;
   *   CANCELLED by the signal
   */
  static async start(options: TrialServerOptions): Promise<TrialServer> {
    const server = new TrialServer(options, await freePorts(2));
    try {
      await server.#untilListening(options);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Asks it once over gRPC. @throws StatusError what it answers, or UNAVAILABLE where it does not in this time */
  async ask(request: PreparedRequest, withinMs: number): Promise<void> {
    const channel = await openChannel('grpc', this.grpc);
    try {
      await ask(channel, request, withinMs);
    } finally {
      channel.close();
    }
  }

  /** How it ended, and its last words, once that is known; null: it goes on after this time. */
  async endWithin(ms: number): Promise<string | null> {
    const waited = new AbortController();
    await Promise.race([this.#ended, systemClock.sleep(ms, waited.signal).catch(() => {})]);
    waited.abort();
    return this.#isEnded ? `${this.#end}, after: ${this.#lastLine()}` : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #untilListening({ startMs, signal }: TrialServerOptions): Promise<void> {
    const end = systemClock.now() + startMs;
    for (const protocol of ['grpc', 'rest'] as const) {
      while (!(await this.#isListening(protocol))) {
        if (signal?.aborted) throw cancelled('Interrupted');
        if (this.#isEnded) throw unavailable(`The server did not start: ${this.#lastLine()}`);
        if (systemClock.now() > end) {
          throw unavailable(
            `The server does not listen after ${startMs / 1000} s: ${this.#lastLine()}`,
          );
        }
        await systemClock.sleep(lookMs);
      }
    }
  }

  async #isListening(protocol: 'grpc' | 'rest'): Promise<boolean> {
    try {
      const channel = await openChannel(protocol, this[protocol]);
      channel.close();
      return true;
    } catch {
      return false;
    }
  }

  /** The line in which it says why it failed, else its last one. */
  #lastLine(): string {
    const lines = this.#output.trim().split('\n');
    return lines.findLast((line) => /^Failed to start server/.test(line)) ?? said(lines.at(-1)!);
  }
}

/** What a line of a log in JSON says, else the line. */
function said(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line;
  }
}
