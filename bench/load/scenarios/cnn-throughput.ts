import path from 'node:path';
import { modelFlags } from '../../../test/support/server.ts';
import { estimate } from '../../stats/bootstrap.ts';
import { median } from '../../stats/quantile.ts';
import { summary } from '../compare-cpu.ts';
import { peers, serval } from '../contestants.ts';
import { directEngine } from '../direct-engine.ts';
import type { Interview } from '../interview.ts';
import { interleave, type Sample } from '../measure/interleave.ts';
import { pairRatios } from '../measure/pair-ratios.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { cnnShape, grpcGrayImage, writeSmallCnn } from '../models/small-cnn.ts';
import type { Row, Scenario } from '../scenario.ts';
import type { Contestant } from '../subject.ts';

const concurrency = 4;
const interview: Interview = {
  protocol: 'grpc',
  connections: concurrency,
  questions: [grpcGrayImage],
};

/** Images a second of a convolutional net over gRPC, against the engine in a process without a server. */
export const cnnThroughput: Scenario = {
  name: 'cnn-throughput',
  async run(context) {
    await using folder = await ScratchFolder.create();
    await writeSmallCnn(folder.path);
    const flags = modelFlags('cnn', folder.path);
    const direct = directEngine(path.join(folder.path, '1'), concurrency, cnnShape);
    const subjects: Contestant[] = [
      serval(context, interview, flags),
      ...peers(context, interview, flags),
    ];
    const { method } = context;
    const samples = await interleave([...subjects, direct], {
      ...method,
      segmentMs: 3 * method.segmentMs,
      warmAnswers: 100,
    });
    const rows = subjects.map(
      ({ label }, i): Row => ({
        scenario: this.name,
        what: `${label}: images a second over gRPC / of the engine alone, a CNN, ${concurrency} at a time`,
        unit: '×',
        value: estimate(pairRatios(samples, label, direct.label, perSecond)),
        must: i === 0 ? { atLeast: 0.95 } : null,
        aim: i === 0 ? { atLeast: 0.98 } : null,
        notes: [speed(samples, label), speed(samples, direct.label)],
      }),
    );
    return { rows, samples: samples.map(summary) };
  },
};

/** The stretch ends when the last of its runs does, which ms knows. */
const perSecond = ({ answered, ms }: Sample): number => (answered * 1000) / ms;

function speed(samples: readonly Sample[], label: string): string {
  const own = samples.filter((sample) => sample.label === label);
  const each = median(own.map(({ cpuMs, answered }) => cpuMs / answered)).toFixed(1);
  return `${label}: ${median(own.map(perSecond)).toFixed(1)} a second, ${each} ms of CPU each`;
}
