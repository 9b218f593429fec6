import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ServiceError, status } from '@grpc/grpc-js';
import { npyFiles } from '../../src/protocol/rest/binary/testing/npy-files.ts';
import { dtypeInfo } from '../../src/tensor/index.ts';
import { type GoldenCase, goldenModels, grpcPaths } from '../support/golden.ts';
import { grpcDifference, restDifference } from '../support/golden-compare.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, type ServerProcess, startServer, untilLoaded } from '../support/server.ts';
import { mutateBinary, mutateText, Random } from './mutate.ts';

const requests = process.env.SERVAL_EXHAUSTIVE === undefined ? 2000 : 40_000;
const seed = Number(process.env.SERVAL_FUZZ_SEED ?? 1);
const atOnce = 16;
/** A change may ask a model for a billion turns of its loop: then the deadline is the answer. */
const deadlineMs = 1000;

/** What a client's own mistake, or its deadline, may be answered with. */
const clientCodes: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNIMPLEMENTED,
  status.RESOURCE_EXHAUSTED,
  status.DEADLINE_EXCEEDED,
]);

/** The same over REST; a proxy would take 5xx for a fault of the server. */
const clientStatuses: ReadonlySet<number> = new Set([200, 400, 404, 429, 501, 504]);

/** Failures of kernels that TensorFlow itself calls internal. */
const isOfAKernel = (text: string) => text.includes('[[{{') || text.includes('node ');

/** What signatures of `multi_signature` call dtypes, where that is not their own name. */
const tensorFlowNames: Readonly<Record<string, string>> = {
  half: 'float16',
  float: 'float32',
  double: 'float64',
};

const models = goldenModels('tensorflow').filter(({ stateful }) => !stateful);
const cases = models.flatMap((model) => model.cases);

/** Cases by what is asked: each kind gets its share of the changes, however few its cases are. */
const casesByMethod = [
  cases.filter(({ method }) => method === 'predict'),
  cases.filter(({ method }) => method !== 'predict'),
];

describe('changed requests', () => {
  let server: ServerProcess;
  let rest: RestClient;
  let grpc: GrpcClient;

  before(async () => {
    const config = await modelConfig(
      models.map(({ name, basePath }) => ({ name, base: basePath, policy: 'all {}' })),
    );
    server = await startServer({
      flags: [config, '--rest_api_timeout_in_ms=1000', '--shutdown_grace_seconds=5'],
    });
    for (const { name, versions } of models) await untilLoaded(server, name, versions);
    rest = new RestClient(server.rest, atOnce);
    grpc = new GrpcClient(server.grpc);
  });

  after(async () => {
    rest?.close();
    grpc?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** Sends changed requests, `atOnce` at a time; the changes depend on the seed alone. */
  async function send(kind: number, one: (random: Random) => Promise<string | null>) {
    const problems: string[] = [];
    let next = 0;
    const client = async () => {
      while (next < requests && problems.length < 10) {
        const number = next++;
        const problem = await one(new Random(seed * 1e6 + number * 2 + kind));
        if (problem !== null) problems.push(`${number}: ${problem}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    assert.deepEqual(problems, []);
    assert.equal(next, requests);
  }

  test('over gRPC are answered or refused with the client’s own codes', () => {
    const seeds = casesByMethod.map((some) =>
      some.flatMap(({ id, method, grpc }) => (grpc === null ? [] : { id, method, ...grpc })),
    );
    return send(0, async (random) => {
      const { id, method, request } = random.pick(random.pick(seeds));
      const bytes = mutateBinary(request, random);
      try {
        await grpc.raw(grpcPaths[method], bytes, { deadline: Date.now() + deadlineMs });
        return null;
      } catch (error) {
        const { code, details } = error as ServiceError;
        if (clientCodes.has(code) || (code === status.INTERNAL && isOfAKernel(details))) {
          return null;
        }
        return `${id}: ${status[code]} ${details} for ${bytes.toString('base64').slice(0, 2000)}`;
      }
    });
  });

  test('over REST are answered or refused with the client’s own statuses', () => {
    const seeds = casesByMethod.map((some) =>
      some.flatMap(({ id, rest }) => (rest === null ? [] : { id, ...rest })),
    );
    return send(1, async (random) => {
      const { id, path, body } = random.pick(random.pick(seeds));
      const bytes = mutateText(Buffer.from(body), random);
      const answer = await rest.send('POST', path, bytes);
      const text = answer.body.toString();
      if (answer.status !== 200) JSON.parse(text);
      if (clientStatuses.has(answer.status) || isOfAKernel(text)) return null;
      return `${id}: ${answer.status} ${text} for ${bytes.toString('latin1').slice(0, 2000)}`;
    });
  });

  test('as binary bodies over HTTP/1 are answered or refused like JSON', () => {
    const protobuf = models.flatMap(({ name, cases }) =>
      cases.flatMap(({ id, grpc, method }) =>
        grpc === null || method !== 'predict'
          ? []
          : { id, name, type: 'application/x-protobuf', body: grpc.request, signature: '' },
      ),
    );
    const files = npyFiles().map(({ what, file, tensor }) => {
      const dtype = dtypeInfo(tensor.dtype).name;
      const signature = `echo_${tensorFlowNames[dtype] ?? dtype}`;
      return {
        id: what,
        name: 'multi_signature',
        type: 'application/x-npy',
        body: file,
        signature,
      };
    });
    return send(2, async (random) => {
      const { id, name, type, body, signature } = random.pick(random.pick([protobuf, files]));
      const bytes = mutateBinary(body, random);
      const accept = random.pick(['*/*', 'application/json', 'application/x-npy']);
      const headers = { 'content-type': type, accept, 'serval-signature-name': signature };
      const answer = await rest.send('POST', `/v1/models/${name}:predict`, bytes, headers);
      const text = answer.body.toString('latin1');
      if (answer.status === 200) return null;
      JSON.parse(text);
      if (clientStatuses.has(answer.status) || isOfAKernel(text)) return null;
      return `${id}: ${answer.status} ${text} for ${bytes.toString('base64').slice(0, 2000)}`;
    });
  });

  test('leave the answers to all others as they were', async () => {
    const problems: string[] = [];
    const note = (golden: GoldenCase, difference: string | null) => {
      if (difference !== null) problems.push(`${golden.id}: ${difference}`);
    };
    for (const golden of cases) {
      if (golden.rest !== null) {
        note(
          golden,
          restDifference(golden, await rest.send('POST', golden.rest.path, golden.rest.body)),
        );
      }
      if (golden.grpc !== null) {
        const answer = await grpc
          .raw(grpcPaths[golden.method], golden.grpc.request)
          .catch((error: ServiceError) => error);
        note(golden, grpcDifference(golden, answer));
      }
    }
    assert.deepEqual(problems, []);
  });

  test('leave nothing behind that keeps the server from its end', async () => {
    rest.close();
    grpc.close();
    server.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });
});
