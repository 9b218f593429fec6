import type { MetaGraph, SavedModelInspection } from '../saved-model/index.ts';
import { inspectSavedModel } from '../saved-model/index.ts';
import { notFound } from '../status/index.ts';
import { readArguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { inspectionJson } from './inspect-json.ts';
import { inspectionText } from './inspect-text.ts';
import { UsageError } from './usage-error.ts';

/**
 * `inspect <folder>`: what the SavedModels in a folder hold, a version folder or one with versions
 * in it; `--run`: one run of a single one, without a server. Nothing but `--run` loads TensorFlow.
 */
export async function inspectCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const { program, terminal } = context;
  const { operands, values, switches } = readArguments(args, {
    withValue: [
      'run',
      'signature',
      'tags',
      'tensorflow_library_path',
      'op_library',
      'install_engine',
    ],
    switches: ['json'],
  });
  const [folder] = operands;
  if (folder === undefined || operands.length > 1) {
    throw new UsageError(
      `Give one folder: ${program} inspect <folder> [--json] [--tags=<tags>] [--signature=<key>] [--run='{"instances": …}']`,
    );
  }
  const tags = values.get('tags')?.split(',') ?? null;
  const signature = values.get('signature') ?? null;
  const body = values.get('run');
  if (body !== undefined) {
    // TensorFlow is not loaded to look at files.
    const { runOnce } = await import('./inspect-run.ts');
    return await runOnce({
      folder,
      tags: tags ?? ['serve'],
      signature,
      body,
      libraries: {
        path: values.get('tensorflow_library_path') ?? '',
        ops: values.get('op_library') ?? '',
        install: mayInstall(values.get('install_engine') ?? 'true'),
      },
      terminal,
    });
  }
  const models = select(await inspectSavedModel(folder), tags, signature);
  terminal.out(
    switches.has('json') ? inspectionJson(models) : inspectionText(models, terminal.columns),
  );
  return ExitCode.OK;
}

function mayInstall(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new UsageError(`--install_engine must be true or false, was ${text}.`);
}

/** Only the meta graphs with these tags, and of those only this signature. */
function select(
  models: readonly SavedModelInspection[],
  tags: readonly string[] | null,
  signature: string | null,
): readonly SavedModelInspection[] {
  if (tags === null && signature === null) return models;
  const selected = models.map((model) => ({
    ...model,
    metaGraphs: model.metaGraphs
      .filter((graph) => tags === null || hasTags(graph, tags))
      .map((graph) => withSignature(graph, signature))
      .filter((graph) => graph !== null),
  }));
  if (selected.some((model) => model.metaGraphs.length > 0)) return selected;
  const graphs = models.flatMap((model) => model.metaGraphs);
  const available = [
    `tags: ${graphs.map((graph) => graph.tags.join(',') || '(none)').join('; ')}`,
    `signatures: ${[...new Set(graphs.flatMap((graph) => graph.signatures.map(({ key }) => key)))].join(', ')}`,
  ];
  throw notFound(`Nothing in it matches --tags and --signature. It has ${available.join('; ')}`);
}

function withSignature(graph: MetaGraph, key: string | null): MetaGraph | null {
  if (key === null) return graph;
  const signatures = graph.signatures.filter((signature) => signature.key === key);
  return signatures.length === 0 ? null : { ...graph, signatures };
}

function hasTags(graph: MetaGraph, tags: readonly string[]): boolean {
  const has = new Set(graph.tags);
  const wanted = new Set(tags);
  return has.size === wanted.size && [...wanted].every((tag) => has.has(tag));
}
