/**
 * Ops whose kernels start threads that outlive the run: those of batches inside the graph, and
 * everything that iterates over datasets.
 */
const starting = /^(Batch|BatchFunction|Unbatch)$|Dataset|Iterator/;

/** Whether a graph with these ops may start threads of its own. */
export function startsThreads(ops: ReadonlySet<string>): boolean {
  for (const op of ops) if (starting.test(op)) return true;
  return false;
}
