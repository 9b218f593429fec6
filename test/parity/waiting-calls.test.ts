import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  PredictRequestSchema,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../src/proto/index.ts';
import { DType } from '../../src/tensor/index.ts';
import { frame } from '../../src/transport/testing/http2-call.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, zoo } from '../support/server.ts';
import { versionsUntil } from '../support/versions-folder.ts';
import { RawGrpc } from './letter/raw-grpc.ts';
import { post } from './letter/rest-row.ts';

const predict = '/tensorflow.serving.PredictionService/Predict';
const statusPath = '/tensorflow.serving.ModelService/GetModelStatus';
const base = path.join(zoo, 'models/control_flow');

/** A call of a signature that is never run on an event loop. */
const loops = (name: string, rounds: number) =>
  frame(
    toBinary(
      PredictRequestSchema,
      create(PredictRequestSchema, {
        modelSpec: { name, signatureName: 'nested' },
        inputs: {
          rounds: { dtype: DType.INT32, intVal: [rounds], tensorShape: {} },
          x: { dtype: DType.FLOAT, floatVal: [1], tensorShape: { dim: [{ size: 1n }] } },
        },
      }),
    ),
  );
const restBody = '{"signature_name":"nested","inputs":{"rounds":1,"x":[1]}}';

for (const threads of [1, 2]) {
  describe(`calls that wait for a run, with ${threads} data threads`, () => {
    test('a call whose client gives it up leaves the queue and lets its model go', async () => {
      const waiting = ['cancelled', 'disconnected', 'of_rest'];
      await using server = await startServer({
        flags: [
          await modelConfig(['busy', 'expired', ...waiting].map((name) => ({ name, base }))),
          ...[`--data_threads=${threads}`, '--settle_seconds=0'],
          ...['--engine_threads=1', `--max_queued_runs=${waiting.length}`],
        ],
      });
      using calls = new RawGrpc(server.grpc);
      using others = new RawGrpc(server.grpc);
      using clients = new DisposableStack();
      const rest = clients.adopt(new RestClient(server.rest), (client) => client.close());
      const grpc = clients.adopt(new GrpcClient(server.grpc), (client) => client.close());

      /** Asks for a short run. @returns the code and the text of its end */
      const ask = async (name = 'busy') => {
        const call = others.start(predict, loops(name, 1), { 'grpc-timeout': '20m' });
        const { trailers } = await call.reply;
        return `${trailers['grpc-status']} ${trailers['grpc-message']}`;
      };
      /** A call that runs or waits, once this is answered: those of one connection are begun in their order. */
      const begin = async (connection: RawGrpc, name: string, rounds = 1) => {
        const call = connection.start(predict, loops(name, rounds));
        await connection.start(statusPath, frame(Buffer.alloc(0))).reply;
        return call;
      };
      // Minutes of work, which nothing can interrupt.
      const long = await begin(calls, 'busy', 100_000_000);
      let isBusy = true;
      void long.reply.then(() => {
        isBusy = false;
      });
      assert.match(await ask('expired'), /^4 /);

      const cancelled = await begin(calls, 'cancelled');
      using connection = new RawGrpc(server.grpc);
      const disconnected = await begin(connection, 'disconnected');
      const { port } = new URL(server.rest);
      const socket = clients.adopt(net.connect(Number(port), '127.0.0.1'), (it) => it.destroy());
      const restRequest = post('/v1/models/of_rest:predict', restBody);
      let isRefused = true;
      socket.on('data', () => {
        isRefused = true;
      });
      do {
        // The short run may have had its place; by now it has left.
        if (isRefused) socket.write(restRequest);
        isRefused = false;
        await others.start(statusPath, frame(Buffer.alloc(0))).reply;
      } while (!/^14 The engine is busy: 1 runs .* and 3 wait/.test(await ask()));

      const modelConfigList = {
        config: [{ name: 'busy', basePath: base, modelPlatform: 'tensorflow' }],
      };
      await grpc.call(
        '/tensorflow.serving.ModelService/HandleReloadConfigRequest',
        ReloadConfigRequestSchema,
        ReloadConfigResponseSchema,
        { config: { config: { case: 'modelConfigList', value: modelConfigList } } },
      );
      const unloaded = (name: string) =>
        versionsUntil(rest, name, ([version]) => version?.state === 'END');
      await versionsUntil(rest, 'cancelled', ([version]) => version?.state === 'UNLOADING');
      cancelled.cancel();
      await unloaded('cancelled');
      await versionsUntil(rest, 'disconnected', ([version]) => version?.state === 'UNLOADING');
      connection[Symbol.dispose]();
      await disconnected.reply;
      await unloaded('disconnected');
      await versionsUntil(rest, 'of_rest', ([version]) => version?.state === 'UNLOADING');
      socket.destroy();
      await unloaded('of_rest');
      await unloaded('expired');
      assert.match(await ask(), /^4 /);
      assert.ok(isBusy);

      server.kill('SIGKILL');
      await long.reply;
    });
  });
}
