import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { floatVectorRequest } from '../../../test/support/predict-messages.ts';
import { modelConfig } from '../../../test/support/server.ts';
import { compareCpu } from '../compare-cpu.ts';
import { serval, served, startServal } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { halfPlusTwo } from '../models/half-plus-two.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { grpcPredict } from '../questions.ts';
import { sharedStart } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const count = 1000;
const names = Array.from({ length: count }, (_, i) => `model_${i}`);

function asking(models: readonly string[]): Interview {
  const questions = models.map((name) =>
    grpcPredict(floatVectorRequest(name, [1, 2, 5]), 'y', [2.5, 3, 4.5]),
  );
  return { protocol: 'grpc', connections: 16, questions };
}

/** A server with 1,000 models against one with a single model; asked for one of them, and for all in turn. */
export const thousandModels: Scenario = {
  name: 'thousand-models',
  async run(context) {
    await using folder = await ScratchFolder.create();
    const models = names.map((name) => ({ name, base: path.join(folder.path, name) }));
    await Promise.all(models.map(({ base }) => symlink(halfPlusTwo, base)));
    const all = [await modelConfig(models)];
    const single = [await modelConfig(models.slice(0, 1))];
    const first = asking(names.slice(0, 1));
    const start = sharedStart(() => startServal(context, all));
    // A start takes many seconds here: fewer of them, with more pairs each. Both ways of asking share a process.
    const { method } = context;
    const rounds = Math.min(method.rounds, 2);
    const pairsPerRound = Math.ceil((method.rounds * method.pairsPerRound) / rounds);
    return await compareCpu(
      { ...context, method: { ...method, rounds, pairsPerRound } },
      {
        scenario: this.name,
        what: 'CPU a request with 1,000 loaded models / with one, one of them asked',
        subject: served('1,000 models', first, start),
        control: serval(context, first, single, 'one model'),
        others: [served('1,000 models, all asked in turn', asking(names), start)],
        must: { atMost: 1.1 },
        aim: { atMost: 1.03 },
      },
    );
  },
};
