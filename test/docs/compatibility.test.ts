import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import {
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import {
  compileServerOptions,
  flags,
  readPlatforms,
  type UserServerOptions,
} from '../../src/config/index.ts';
import type { InferenceContext } from '../../src/inference/index.ts';
import { ConfigProtoSchema, registry } from '../../src/proto/index.ts';
import { reflectionServices } from '../../src/protocol/grpc/reflection.ts';
import { routesOf } from '../../src/protocol/grpc/routes.ts';
import {
  type CallContext,
  HealthService,
  modelService,
  type PredictionServiceOptions,
  predictionService,
  profilerService,
  type ReloadOptions,
} from '../../src/protocol/index.ts';
import { inferenceMethods, parseRoute, type Route } from '../../src/protocol/rest/route.ts';
import { ServerMetrics } from '../../src/server/server-metrics.ts';
import { Code, StatusError } from '../../src/status/index.ts';
import { root } from '../support/server.ts';
import { type CompatibilityRow, compatibilityRows } from './compatibility-table.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-compatibility-'));
after(() => rmSync(folder, { recursive: true }));

/** Each name once, in no order. */
function assertNames(rows: readonly CompatibilityRow[], expected: Iterable<string>): void {
  assert.deepEqual(rows.map(({ name }) => name).sort(), [...expected].sort());
}

const where = ({ name, line }: CompatibilityRow) => `${name}, line ${line}`;

describe('the flags in docs/compatibility.md', () => {
  const ofTfs = compatibilityRows('Flags of TensorFlow Serving');
  const own = compatibilityRows('Flags that TensorFlow Serving does not have');
  const named = (isOfTfs: boolean) =>
    flags.filter(({ tfs }) => tfs === isOfTfs).map(({ name }) => `--${name}`);

  it('are those of the flag table', () => {
    assertNames(ofTfs, named(true));
    assertNames(own, named(false));
  });

  it('have the verdict that their effect gives', () => {
    const kinds = new Map(flags.map(({ name, effect }) => [`--${name}`, effect.kind]));
    for (const row of ofTfs) {
      const kind = kinds.get(row.name)!;
      const isIgnored = kind === 'none' || kind === 'refused';
      assert.equal(row.verdict === 'not', isIgnored, where(row));
      assert.notEqual(row.verdict, 'added', where(row));
    }
    for (const row of own) assert.equal(row.verdict, 'added', where(row));
  });
});

describe('the environment variables in docs/compatibility.md', () => {
  it('are all that the sources read', () => {
    const read = new Set<string>();
    const files = globSync('src/**/*.ts', {
      cwd: root,
      exclude: ['**/*.test.ts', '**/testing/**'],
    });
    for (const file of files) {
      const text = readFileSync(path.join(root, file), 'utf8');
      for (const [, name] of text.matchAll(/\benv(?:ironment)?\.([A-Z][A-Z_]+)/g)) read.add(name!);
      for (const [, names] of text.matchAll(/\{([^{}]+)\} = environment\b/g)) {
        for (const [name] of names!.matchAll(/\b[A-Z][A-Z_]+(?=:|,|\s)/g)) read.add(name);
      }
    }
    const listed = compatibilityRows('Environment').map(({ name }) => name);
    const patterns = listed.filter((name) => /[<*]/.test(name));
    assert.deepEqual(patterns, ['SERVAL_<FLAG>', 'TF_*']);
    for (const { effect, name } of flags) {
      if (effect.kind !== 'command') read.delete(`SERVAL_${name.toUpperCase()}`);
    }
    const single = [...read].filter((name) => !name.startsWith('TF_') || listed.includes(name));
    assert.deepEqual(listed.filter((name) => !patterns.includes(name)).sort(), single.sort());
  });
});

describe('the RPCs in docs/compatibility.md', () => {
  const rows = compatibilityRows('gRPC');
  const health = new HealthService();
  const reflected = [
    predictionService({} as InferenceContext, {} as PredictionServiceOptions),
    modelService({} as InferenceContext, {} as ReloadOptions),
    profilerService(),
    health,
  ];
  const routes = routesOf([...reflected, ...reflectionServices(reflected)]);

  it('are those of the protos', () => {
    const declared = [...registry].flatMap((type) =>
      type.kind === 'service' ? type.methods.map(({ name }) => `${type.typeName}/${name}`) : [],
    );
    assertNames(rows, declared);
  });

  it('are served, or said not to be', async () => {
    for (const row of rows) {
      const route = routes.get(`/${row.name}`);
      if (row.verdict !== 'not') assert.ok(route !== undefined, where(row));
      else if (route !== undefined) {
        assert.ok(route.kind === 'unary', where(row));
        const call = async () => route.handle(new Uint8Array(), {} as CallContext);
        await assert.rejects(call, { code: Code.UNIMPLEMENTED }, where(row));
      }
    }
    for (const name of routes.keys()) {
      assert.ok(
        rows.some((row) => `/${row.name}` === name),
        name,
      );
    }
  });
});

describe('the routes in docs/compatibility.md', () => {
  const rows = compatibilityRows('REST');
  const selectors = ['', '/versions/1', '/labels/l'];

  /** What a route is, without the names in it; null: there is none. */
  const kindOf = (route: Route): string | null => {
    switch (route.kind) {
      case 'inference':
        return `${route.method} ${selectorOf(route.model)}`;
      case 'status':
      case 'metadata':
        return `${route.kind} ${selectorOf(route.model)}`;
      case 'preflight':
        return route.kind;
      case 'malformed':
      case 'version-out-of-range':
      case 'not-found':
      case 'unknown-method':
        return null;
    }
  };
  const selectorOf = ({ version, label }: { version: bigint | null; label: string | null }) =>
    version !== null ? 'version' : label !== null ? 'label' : 'latest';

  /** The requests that a row's form stands for: `[/a|/b]` is one of them or nothing. */
  const requests = (form: string): [method: string, target: string][] => {
    const [method = '', target = ''] = form.split(' ');
    const choices = /\[([^\]]*)\]/.exec(target);
    const targets =
      choices === null
        ? [target]
        : ['', ...choices[1]!.split('|')].map((choice) => target.replace(choices[0], choice));
    const filled = (text: string) =>
      text.replace('<model>', 'm').replace('<version>', '1').replace('<label>', 'l');
    return targets.map((text) => [method, filled(text).replace('…', 'models/m')]);
  };

  it('are those of the router', () => {
    const listed = rows.flatMap(({ name }) =>
      requests(name).map(([method, target]) => {
        const kind = kindOf(parseRoute(method, target));
        assert.ok(kind !== null, `${method} ${target}`);
        return kind;
      }),
    );
    const existing = new Set(
      ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].flatMap((method) =>
        ['', '/metadata', ...inferenceMethods.map((verb) => `:${verb}`)].flatMap((end) =>
          selectors.flatMap((selector) => {
            const kind = kindOf(parseRoute(method, `/v1/models/m${selector}${end}`));
            return kind === null ? [] : [kind];
          }),
        ),
      ),
    );
    assert.deepEqual(listed.sort(), [...existing].sort());
  });
});

describe('the configuration fields in docs/compatibility.md', () => {
  const rows = compatibilityRows('Configuration files');
  const sessionRows = rows.filter(({ name }) => name.startsWith('ConfigProto.'));
  const bundleRows = rows.filter(({ name }) =>
    /^(?:SessionBundleConfig|ModelWarmupOptions)\./.test(name),
  );
  const roots = [
    'ModelServerConfig',
    'MonitoringConfig',
    'SSLConfig',
    'PlatformConfigMap',
    'SavedModelBundleSourceAdapterConfig',
    'ThreadPoolFactoryConfig',
    'SavedModelConfig',
  ];
  const isOurs = ({ typeName }: DescMessage) => /^(?:tensorflow\.serving|serval)\./.test(typeName);
  const isOpaque = ({ name }: DescMessage) => /^(?:RemoteOpRemap|BatchOpRewrite)Config$/.test(name);

  function fieldsOf(message: DescMessage, seen: Set<DescMessage>): DescField[] {
    if (seen.has(message) || !isOurs(message) || isOpaque(message)) return [];
    seen.add(message);
    return message.fields.flatMap((field) => [
      field,
      ...(field.message === undefined ? [] : fieldsOf(field.message, seen)),
    ]);
  }

  const read = (user: UserServerOptions) =>
    readPlatforms(compileServerOptions({ modelBasePath: '/m', ...user }));

  const fileOf = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  /** A file with one platform, of this SessionBundleConfig. */
  const platformsFile = (bundle: string): string => {
    const type = 'type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig';
    return fileOf(
      'platforms.config',
      `platform_configs { key: "tensorflow" value { source_adapter_config {
         [${type}] { legacy_config { ${bundle} } } } } }`,
    );
  };

  it('are those of the protos', () => {
    const seen = new Set<DescMessage>();
    const fields = roots.flatMap((root) =>
      fieldsOf(registry.getMessage(`tensorflow.serving.${root}`)!, seen),
    );
    assertNames(
      rows.filter((row) => !sessionRows.includes(row)),
      fields.map((field) => `${field.parent.name}.${field.name}`),
    );
  });

  it('of ConfigProto are those that flags overwrite', async () => {
    const theirs = `intra_op_parallelism_threads: 9 inter_op_parallelism_threads: 9 log_device_placement: true
      gpu_options { per_process_gpu_memory_fraction: 0.9 allow_growth: true }`;
    const file = fileOf('session.config', theirs);
    const sessionOf = async (user: UserServerOptions) => {
      const { platforms } = await read(user);
      const config = fromBinary(ConfigProtoSchema, platforms[0]!.sessionConfig);
      return leaves(toJson(ConfigProtoSchema, config, { useProtoFieldName: true }));
    };
    const given = await sessionOf({
      platformConfigFile: platformsFile(`session_config { ${theirs} }`),
    });
    const overwritten = await sessionOf({
      tensorflowSessionConfigFile: file,
      tensorflowIntraOpParallelism: 3,
      tensorflowInterOpParallelism: 4,
      perProcessGpuMemoryFraction: 0.5,
      xlaCpuCompilationEnabled: true,
      xlaGpuCompilationEnabled: true,
      mixedPrecision: 'bfloat16',
    });
    const changed = [...overwritten].filter(([name, value]) => given.get(name) !== value);
    assertNames(
      sessionRows,
      changed.map(([name]) => `ConfigProto.${name}`),
    );
  });

  it('of platforms are warned of, or refused, where they have no effect', async () => {
    for (const row of bundleRows) {
      // Without a model that asks for it there is nothing to warn of.
      if (row.name.includes('num_tflite_')) continue;
      const [message, name] = row.name.split('.') as [string, string];
      const field = registry
        .getMessage(`tensorflow.serving.${message}`)!
        .fields.find((candidate) => candidate.name === name)!;
      const bundle =
        message === 'ModelWarmupOptions'
          ? `model_warmup_options { ${textOf(field)} }`
          : textOf(field);
      const isTold = await read({ platformConfigFile: platformsFile(bundle) }).then(
        ({ warnings }) => warnings.length > 0,
        (error: unknown) => StatusError.from(error).code === Code.UNIMPLEMENTED,
      );
      assert.equal(isTold, row.verdict === 'not', where(row));
    }
  });
});

describe('the metrics in docs/compatibility.md', () => {
  it('are those of the registry, and those said not to be there are not', () => {
    const rows = compatibilityRows('Metrics');
    const metrics = new ServerMetrics(1);
    metrics.tell({
      server: { dataThreads: [], modelNames: () => [], modelStatuses: () => [] },
      logCounts: () => [],
      ownConnections: () => null,
      runsOffThread: () => ({ running: 0, waiting: 0 }),
    });
    const existing = [...metrics.registry.page().matchAll(/^# TYPE (\S+)/gm)].map(
      ([, name]) => name!,
    );
    assertNames(
      rows.filter(({ verdict }) => verdict !== 'not'),
      existing,
    );
    for (const row of rows) {
      if (row.verdict === 'not') assert.ok(!existing.includes(row.name), where(row));
      const isOwn = row.name.startsWith('serval_');
      assert.equal(row.verdict === 'added', isOwn, where(row));
    }
    const told = readFileSync(path.join(root, 'docs/metrics.md'), 'utf8');
    for (const name of existing) assert.ok(told.includes(`\`${name}\``), `${name} in metrics.md`);
  });
});

/** A field of some value other than the default, as text. */
function textOf(field: DescField): string {
  const { name } = field;
  if (field.message?.typeName.startsWith('google.protobuf.')) return `${name} { value: 2 }`;
  if (field.message !== undefined) return `${name} {}`;
  // Of texts, the one that `mixed_precision` knows.
  if (field.scalar === ScalarType.STRING) return `${name}: "bfloat16"`;
  return `${name}: ${field.scalar === ScalarType.BOOL ? 'true' : '2'}`;
}

/** The values of a message's JSON by their path. */
function leaves(json: unknown, at = ''): Map<string, unknown> {
  if (typeof json !== 'object' || json === null) return new Map([[at, json]]);
  return new Map(
    Object.entries(json).flatMap(([name, value]) => [
      ...leaves(value, at === '' ? name : `${at}.${name}`),
    ]),
  );
}
