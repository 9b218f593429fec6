import path from 'node:path';
import { compileServerOptions } from '../config/index.ts';
import type { ServableHandle, ServableLookup } from '../core/index.ts';
import { createRestHandler } from '../protocol/index.ts';
import { inspectSavedModel } from '../saved-model/index.ts';
import type { ModelServable } from '../servables/index.ts';
import { loadOn, SavedModelLoader } from '../servables/index.ts';
import { invalidArgument } from '../status/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { defaultMaxFilledBytes } from '../tensor/index.ts';
import { ExitCode } from './exit-code.ts';
import type { LibraryChoice } from './open-engine.ts';
import { openEngine } from './open-engine.ts';
import type { Terminal } from './terminal.ts';

export interface RunRequest {
  /** A version folder, or one with versions in it: then the highest runs. */
  readonly folder: string;
  readonly tags: readonly string[];
  /** null: as the body says, else `serving_default`. */
  readonly signature: string | null;
  /** The body of a REST predict request. */
  readonly body: string;
  readonly libraries: LibraryChoice;
  readonly terminal: Terminal;
}

const name = 'model';

/**
 * Loads one version and answers one REST predict request with it, through the same handler as the
 * server, so that the answer is what a server would send.
 *
 * @throws StatusError what keeps the model from being loaded.
 */
export async function runOnce(request: RunRequest): Promise<number> {
  const models = await inspectSavedModel(request.folder);
  const newest = models.at(-1)!;
  const options = compileServerOptions({ modelBasePath: newest.path });
  const logger = createLogger({ level: 'error' });
  const engine = await openEngine(request.libraries, request.terminal, logger);
  try {
    const source = { path: path.resolve(newest.path), tags: request.tags };
    const loader = new SavedModelLoader({ source, engine, loadModel: loadOn(engine), logger });
    const servable = await loader.load();
    try {
      const handle = createRestHandler({
        context: { lookup: lookupOf(servable), checkShapes: options.checkTensorShapes },
        timeoutMs: 0,
        cors: false,
        checkMethodName: false,
        asTensorContent: false,
        maxFilledBytes: defaultMaxFilledBytes,
        maxJsonDepth: options.maxJsonDepth,
        logger,
      });
      const reply = await handle({
        method: 'POST',
        target: `/v1/models/${name}:predict`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(withSignature(request.body, request.signature)),
        signal: new AbortController().signal,
        requestId: 'inspect',
        reserve: () => {},
      });
      const text = Buffer.from(reply.body).toString('utf8');
      if (reply.status !== 200) {
        request.terminal.error(`${(JSON.parse(text) as { readonly error: string }).error}\n`);
        return ExitCode.FAILED;
      }
      request.terminal.out(`${text}\n`);
      return ExitCode.OK;
    } finally {
      await loader.unload();
    }
  } finally {
    await engine.close();
  }
}

/**
 * The body with the signature that `--signature` names put first: of keys that occur twice the
 * first counts (spec 5.4), so it wins over one in the body.
 */
function withSignature(body: string, signature: string | null): string {
  if (signature === null) return body;
  const open = body.indexOf('{');
  if (open < 0 || body.slice(0, open).trim() !== '') {
    throw invalidArgument('--run takes a JSON object, as in --run=\'{"instances": [1.0]}\'');
  }
  const rest = body.slice(open + 1);
  const comma = rest.trimStart().startsWith('}') ? '' : ',';
  return `{"signature_name": ${JSON.stringify(signature)}${comma}${rest}`;
}

/** A lookup that knows one model under one name. */
function lookupOf(servable: ModelServable): ServableLookup<ModelServable> {
  const handle: ServableHandle<ModelServable> = {
    id: { name, version: 1n },
    servable,
    release() {},
    [Symbol.dispose]() {},
  };
  return { acquire: () => handle, statuses: () => [], names: () => [name] };
}
