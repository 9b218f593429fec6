/** The process that {@link OpenLoop} starts: sends gRPC Predict calls over one HTTP/2 connection for each model. */
import http2 from 'node:http2';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';
import type { ClientReply, ClientRequest, StreamPlan, StreamRecord } from './open-loop.ts';
import { floatOutput, floatVectorRequest } from './predict-messages.ts';

const address = process.argv[2]!;
const path = '/tensorflow.serving.PredictionService/Predict';
const sessions = new Map<string, http2.ClientHttp2Session>();

function sessionOf(model: string): http2.ClientHttp2Session {
  let session = sessions.get(model);
  if (session === undefined) sessions.set(model, (session = http2.connect(`http://${address}`)));
  return session;
}

/** Asks once. @returns the version that answered. @throws Error for a failure or a wrong answer. */
async function ask(model: string, tag: number): Promise<number> {
  const x = tag % 2 ** 20;
  const message = toBinary(
    PredictRequestSchema,
    create(PredictRequestSchema, floatVectorRequest(model, [x])),
  );
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  const reply = await new Promise<Buffer>((resolve, reject) => {
    const stream = sessionOf(model).request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let status: unknown;
    let text: unknown;
    const read = (headers: http2.IncomingHttpHeaders) => {
      status = headers['grpc-status'] ?? status;
      text = headers['grpc-message'] ?? text;
    };
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      if (String(status) === '0') resolve(Buffer.concat(chunks));
      else reject(new Error(`grpc-status ${String(status)}: ${String(text)}`));
    });
    stream.end(frame);
  });
  const response = fromBinary(PredictResponseSchema, reply.subarray(5));
  const choice = response.modelSpec?.versionChoice;
  const version = choice?.case === 'version' ? Number(choice.value.value) : 0;
  const expected = x / 2 + (version % 2 === 1 ? 2 : 3);
  const [y] = floatOutput(response, 'y');
  if (y !== expected) throw new Error(`version ${version} says ${y} of ${x}, not ${expected}`);
  return version;
}

/** One stream under way. */
class Stream {
  readonly #plan: StreamPlan;
  readonly #scheduledAt: number[] = [];
  readonly #latencyMs: number[] = [];
  readonly #version: number[] = [];
  readonly #failures: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failed = 0;
  #due = now();

  constructor(plan: StreamPlan) {
    this.#plan = plan;
  }

  /** Sends what is due. */
  tick(): void {
    for (const at = now(); this.#due <= at; ) {
      this.#send(this.#due);
      this.#due += (-Math.log(1 - Math.random()) * 1000) / this.#plan.rate;
    }
  }

  async finish(): Promise<StreamRecord> {
    await Promise.all(this.#underWay);
    return {
      scheduledAt: Float64Array.from(this.#scheduledAt),
      latencyMs: Float64Array.from(this.#latencyMs),
      version: Float64Array.from(this.#version),
      failures: this.#failures,
      failed: this.#failed,
    };
  }

  #send(scheduledAt: number): void {
    const index = this.#scheduledAt.push(scheduledAt) - 1;
    this.#latencyMs.push(Number.NaN);
    this.#version.push(0);
    const call = ask(this.#plan.model, index).then(
      (version) => {
        this.#version[index] = version;
      },
      (error: unknown) => {
        this.#failed++;
        if (this.#failures.length < 10) this.#failures.push(String(error));
      },
    );
    const followed = call.then(() => {
      this.#latencyMs[index] = now() - scheduledAt;
      this.#underWay.delete(followed);
    });
    this.#underWay.add(followed);
  }
}

const now = () => performance.timeOrigin + performance.now();

async function capacity(models: readonly string[], ms: number): Promise<number> {
  const end = now() + ms;
  let answered = 0;
  const client = async (model: string) => {
    while (now() < end) {
      await ask(model, answered);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, i) => client(models[i % models.length]!)));
  return (answered * 1000) / ms;
}

let streams: Stream[] = [];
let timer: NodeJS.Timeout | null = null;
const reply = (message: ClientReply) => process.send!(message);

process.on('message', (request: ClientRequest) => {
  switch (request.kind) {
    case 'capacity':
      void capacity(request.models, request.ms).then((perSecond) =>
        reply({ kind: 'capacity', perSecond }),
      );
      break;
    case 'start':
      streams = request.streams.map((plan) => new Stream(plan));
      timer = setInterval(() => {
        for (const stream of streams) stream.tick();
      }, 1);
      break;
    case 'stop':
      clearInterval(timer!);
      void Promise.all(streams.map((stream) => stream.finish())).then((records) =>
        reply({ kind: 'records', records }),
      );
  }
});
