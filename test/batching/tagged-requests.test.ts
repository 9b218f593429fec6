import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { UserServerOptions } from '../../src/config/index.ts';
import { type Channel, openChannel } from '../../src/load-test/index.ts';
import { randomFrom } from '../../src/util/testing/random.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { zoo } from '../support/server.ts';
import { ThreadedServer } from '../support/threaded-server.ts';
import {
  echoQuestion,
  grpcOutputs,
  numbersQuestion,
  restOutputs,
  shapelessQuestion,
  type TaggedQuestion,
  textsQuestion,
} from './tagged-questions.ts';

const total = process.env.SERVAL_EXHAUSTIVE === undefined ? 15_000 : 1_000_000;
const seed = Number(process.env.SERVAL_FUZZ_SEED ?? 5);
const largestTask = 16;
const predict = '/tensorflow.serving.PredictionService/Predict';
/** Requests at once: so few that a batch which fails can be bisected to the end. */
const loopsOverRest = 24;
const loopsOverGrpc = 30;

const folder = mkdtempSync(path.join(tmpdir(), 'serval-tagged-'));
after(() => rmSync(folder, { recursive: true }));
const models = path.join(folder, 'models.config');
writeFileSync(
  models,
  `model_config_list { ${['string_tools', 'multi_signature'].map(
    (name) =>
      `config { name: "${name}" base_path: "${zoo}/models/${name}" model_platform: "tensorflow" }`,
  )} }`,
);

function parameters(name: string, text: string): UserServerOptions {
  const file = path.join(folder, `${name}.config`);
  writeFileSync(file, text);
  return { enableBatching: true, batchingParametersFile: file };
}

const allowedSizes = (name: string) =>
  parameters(
    name,
    `max_batch_size { value: ${largestTask} } batch_timeout_micros { value: 500 }
     max_enqueued_batches { value: 6 } num_batch_threads { value: 2 }
     allowed_batch_sizes: 3 allowed_batch_sizes: 9 allowed_batch_sizes: ${largestTask}`,
  );

const servers: readonly (readonly [string, UserServerOptions])[] = [
  ['batches of allowed sizes', { ...allowedSizes('one'), dataThreads: 1 }],
  ['batches of allowed sizes of two threads', { ...allowedSizes('two'), dataThreads: 2 }],
  [
    'batches of requests that are cut and padded',
    {
      ...parameters(
        'cut',
        `max_batch_size { value: ${largestTask} } max_execution_batch_size { value: 13 }
         max_enqueued_batches { value: 8 } enable_large_batch_splitting { value: true }
         pad_variable_length_inputs: true`,
      ),
      dataThreads: 2,
    },
  ],
  ['batches without parameters', { batching: 'auto', dataThreads: 1 }],
  ['batches without parameters of two threads', { batching: 'auto', dataThreads: 2 }],
];

/** What came of requests. */
interface Tally {
  answered: number;
  /** By the model, or for their shapes. */
  failed: number;
  /** Before they were answered. */
  cancelled: number;
  late: number;
  /** There was no room. */
  refused: number;
}

const noRoom = 'The batch scheduling queue to which this task was submitted is full; ';
const tooLate = 'Run() timeout exceeded while waiting in batching queue';

/** Sends tagged requests and judges what comes of them. */
class Asker {
  readonly seen: Tally = { answered: 0, failed: 0, cancelled: 0, late: 0, refused: 0 };
  readonly #server: ThreadedServer;
  readonly #isAdaptive: boolean;
  readonly #random: () => number;
  readonly #channels: readonly Channel[];
  readonly #clients: readonly GrpcClient[];

  private constructor(
    server: ThreadedServer,
    isAdaptive: boolean,
    channels: readonly Channel[],
    clients: readonly GrpcClient[],
  ) {
    this.#server = server;
    this.#isAdaptive = isAdaptive;
    this.#random = randomFrom(seed);
    this.#channels = channels;
    this.#clients = clients;
  }

  static async open(server: ThreadedServer, isAdaptive: boolean): Promise<Asker> {
    const grpc = { host: '127.0.0.1', port: server.serval.addresses.grpc!.port, tls: null };
    const channels = await Promise.all(Array.from({ length: 4 }, () => openChannel('grpc', grpc)));
    const clients = Array.from({ length: 2 }, () => new GrpcClient(server.grpcAddress));
    return new Asker(server, isAdaptive, channels, clients);
  }

  close(): void {
    for (const one of [...this.#channels, ...this.#clients]) one.close();
  }

  async overRest(tags: Iterator<number>): Promise<void> {
    let channel = await this.#openRest();
    for (let tag = tags.next(); tag.done !== true; tag = tags.next()) {
      const question = this.#question(tag.value);
      const asked = ask(channel, { ...question, body: Buffer.from(question.rest) });
      if (this.#whole(20) !== 0) this.#judge(question, await asked, restOutputs);
      else {
        const turns = delay(this.#whole(3), null);
        const answer = await Promise.race([asked, turns]);
        channel.close();
        channel = await this.#openRest();
        if (answer === null) this.seen.cancelled++;
        else this.#judge(question, answer, restOutputs);
      }
    }
    channel.close();
  }

  async overGrpc(tags: Iterator<number>): Promise<void> {
    for (let tag = tags.next(); tag.done !== true; tag = tags.next()) {
      const question = this.#question(tag.value);
      const kind = this.#whole(30);
      if (kind <= 2) await this.#hurried(question, tag.value, kind === 0);
      else {
        const channel = this.#channels[tag.value % this.#channels.length]!;
        const asked = ask(channel, { ...question, body: question.grpc, path: predict });
        this.#judge(question, await asked, (_, message) => grpcOutputs(message));
      }
    }
  }

  /** One that is cancelled midway, or has little time. */
  async #hurried(question: TaggedQuestion, tag: number, isCancelled: boolean): Promise<void> {
    const options = isCancelled ? {} : { deadline: Date.now() + 1 + this.#whole(12) };
    const client = this.#clients[tag % this.#clients.length]!;
    const call = client.begin(predict, question.grpc, options);
    if (isCancelled) delay(this.#whole(3)).then(call.cancel);
    const answer = await call.reply.catch((error: ServiceError) => error);
    if (Buffer.isBuffer(answer))
      this.#judge(question, answer, (_, message) => grpcOutputs(message));
    else if (isCancelled && answer.code === GrpcStatus.CANCELLED) this.seen.cancelled++;
    else if (isCancelled || answer.code !== GrpcStatus.DEADLINE_EXCEEDED) {
      const isLate = !isCancelled && answer.details.endsWith(tooLate);
      if (isLate) this.seen.late++;
      else this.#judge(question, answer.details, restOutputs);
    } else this.seen.late++;
  }

  #judge(
    question: TaggedQuestion,
    answer: Buffer | string,
    outputs: (question: TaggedQuestion, answer: Buffer) => ReturnType<typeof grpcOutputs>,
  ): void {
    if (typeof answer !== 'string') {
      question.check(outputs(question, answer));
      this.seen.answered++;
    } else if (question.fails && question.isOwnError(answer)) this.seen.failed++;
    else {
      assert.ok(answer.includes(noRoom), `${question.rest}: ${answer}`);
      this.seen.refused++;
    }
  }

  #question(tag: number): TaggedQuestion {
    const rows = 1 + Math.floor(12 * this.#random() ** 2);
    switch (this.#whole(20)) {
      case 0:
        return shapelessQuestion(tag, this.#whole(2) === 0);
      case 1:
        return this.#isAdaptive ? this.#numbers(tag, rows) : tooLarge(tag);
      case 2:
        return this.#numbers(tag, rows, this.#whole(rows));
      case 3:
      case 4:
        return this.#texts(tag, rows);
      default:
        return this.#whole(2) === 0 ? this.#numbers(tag, rows) : this.#echo(tag, rows);
    }
  }

  #numbers(tag: number, rows: number, wrongRow = -1): TaggedQuestion {
    const texts = Array.from({ length: rows }, (_, i) =>
      i === wrongRow ? `bad${tag}` : String(tag * largestTask + i),
    );
    return numbersQuestion(texts, this.#whole(2) === 0 ? ['text'] : ['value', 'text']);
  }

  /** Some are so long that they are not sent to another thread in a message. */
  #texts(tag: number, rows: number): TaggedQuestion {
    const long = this.#whole(2) === 0 ? 2000 : 20;
    return textsQuestion(
      Array.from({ length: rows }, (_, i) => `${tag}.${i}:${'é'.repeat(this.#whole(long))}`),
    );
  }

  #echo(tag: number, rows: number): TaggedQuestion {
    const width = 1 + this.#whole(3);
    return echoQuestion(
      Array.from({ length: rows }, (_, i) =>
        Array.from({ length: width }, (_, j) => (tag * largestTask + i) * 4 + j),
      ),
    );
  }

  #openRest(): Promise<Channel> {
    const endpoint = { host: '127.0.0.1', port: this.#server.restPort, tls: null };
    return openChannel('rest', endpoint);
  }

  #whole(below: number): number {
    return Math.floor(this.#random() * below);
  }
}

function tooLarge(tag: number): TaggedQuestion {
  const rows = largestTask + 1;
  const question = echoQuestion(Array.from({ length: rows }, () => [tag]));
  const error = `Task size ${rows} is larger than maximum input batch size ${largestTask}`;
  return {
    ...question,
    fails: true,
    check: () => assert.fail('it was answered'),
    isOwnError: (text) => text.endsWith(error),
  };
}

/** The answer, or what is wrong as the channel says it. */
function ask(
  channel: Channel,
  { path, body }: { readonly path: string; readonly body: Buffer },
): Promise<Buffer | string> {
  const contentType = path === predict ? 'application/grpc' : 'application/json';
  return new Promise((resolve) => {
    channel.ask({ path, body, contentType, answer: null }, (failure, answer) =>
      resolve(failure ?? answer!),
    );
  });
}

function* numbersBelow(end: number): Generator<number> {
  for (let i = 0; i < end; i++) yield i;
}

function cellOf(server: ThreadedServer, name: string): number {
  const cell = `:tensorflow:serving:batching_session:${name} `;
  const lines = server.serval.metrics().split('\n');
  return Number(lines.find((line) => line.startsWith(cell))!.slice(cell.length));
}

for (const [name, options] of servers) {
  test(`in ${name} each of many requests gets its own answer, or its own error`, async (t) => {
    await using server = await ThreadedServer.start({ ...options, modelConfigFile: models });
    const asker = await Asker.open(server, options.batching === 'auto');
    t.after(() => asker.close());
    const count = total / servers.length;
    const tags = numbersBelow(count);
    await Promise.all([
      ...Array.from({ length: loopsOverRest }, () => asker.overRest(tags)),
      ...Array.from({ length: loopsOverGrpc }, () => asker.overGrpc(tags)),
    ]);
    const { seen } = asker;
    const runs = cellOf(server, 'wrapped_run_count{}');
    t.diagnostic(`${JSON.stringify(seen)} in ${runs} runs`);
    assert.equal(
      Object.values(seen).reduce((sum, part) => sum + part),
      count,
    );
    for (const part of ['failed', 'cancelled', 'late'] as const) assert.ok(seen[part] > 0, part);
    assert.ok(seen.answered > count / 2);
    assert.ok(runs < seen.answered, `${runs} runs for ${seen.answered} answers`);
  });
}
