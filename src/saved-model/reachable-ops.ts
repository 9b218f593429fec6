import { TimeSlices } from '../util/index.ts';
import type { Graph, GraphNode } from './graph.ts';

/**
 * The op types that a run can reach which feeds the tensors `fed` and fetches `fetched` (both as
 * `node:index`): through inputs, control inputs and the bodies of functions, but not past a tensor
 * that is fed. Names that are not in the graph are passed over; the engine tells of them.
 */
export async function reachableOps(
  graph: Graph,
  fed: ReadonlySet<string>,
  fetched: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const slices = new TimeSlices();
  const reached = new OpCollector(graph);
  const fedNodes = new Set([...fed].map(nodeName));
  const seen = new Set<GraphNode>();
  const open: GraphNode[] = [];
  const enter = (tensor: string) => {
    const node = graph.nodes.get(nodeName(tensor));
    if (node === undefined || seen.has(node)) return;
    if (fedNodes.has(node.name) && fed.has(normalizeTensorName(tensor))) return;
    seen.add(node);
    open.push(node);
  };
  for (const tensor of fetched) enter(tensor);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    reached.addOp(node.op);
    for (const called of node.functions) reached.addFunction(called);
    for (const input of node.inputs) enter(input);
    if (slices.due()) await slices.pause();
  }
  return reached.ops;
}

/** Every op type in the graph and in its function library. */
export async function allOps(graph: Graph, slices: TimeSlices): Promise<ReadonlySet<string>> {
  const reached = new OpCollector(graph);
  for (const node of graph.nodes.values()) {
    reached.addOp(node.op);
    if (slices.due()) await slices.pause();
  }
  for (const name of graph.functions.keys()) reached.addFunction(name);
  return reached.ops;
}

/** `x:0` for `x`: how TensorFlow names the first output of a node. Control inputs stay as they are. */
export function normalizeTensorName(name: string): string {
  return name === '' || name.startsWith('^') || name.includes(':') ? name : `${name}:0`;
}

function nodeName(tensor: string): string {
  const begin = tensor.startsWith('^') ? 1 : 0;
  const colon = tensor.indexOf(':');
  return tensor.slice(begin, colon < 0 ? undefined : colon);
}

/** Gathers ops, and those of every function called on the way. */
class OpCollector {
  readonly ops = new Set<string>();
  readonly #graph: Graph;
  readonly #entered = new Set<string>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** A node may also call a function by having its name as op. */
  addOp(op: string): void {
    if (this.#graph.functions.has(op)) this.addFunction(op);
    else this.ops.add(op);
  }

  addFunction(name: string): void {
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const body = this.#graph.functions.get(next);
      if (body === undefined || this.#entered.has(next)) continue;
      this.#entered.add(next);
      open.push(...body.functions);
      for (const op of body.ops) {
        if (this.#graph.functions.has(op)) open.push(op);
        else this.ops.add(op);
      }
    }
  }
}
