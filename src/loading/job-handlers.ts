import type { Engine } from '../engines/index.ts';
import { readSavedModel } from '../saved-model/index.ts';
import type { Job, JobKind, JobOf, LoadJob, LoadResult, ResultOf } from './protocol.ts';

type JobHandlers = {
  readonly [Kind in JobKind]: (job: JobOf<Kind>, engine: Engine) => Promise<ResultOf<Kind>>;
};

/** What a load thread does for each kind of job. */
const handlers: JobHandlers = { load };

/** @throws StatusError what the job failed with. */
export async function handleJob(job: Job, engine: Engine): Promise<ResultOf<JobKind>> {
  return await handlers[job.kind](job, engine);
}

async function load({ path, tags }: LoadJob, engine: Engine): Promise<LoadResult> {
  const { signatures, signatureDefMap } = await readSavedModel(path, tags);
  const model = await engine.load({ path, tags, signatures });
  try {
    return { shared: model.handOver(), signatureDefMap };
  } catch (error) {
    await model.close();
    throw error;
  }
}
