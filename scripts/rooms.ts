/**
 * The map of rooms: which folders of `src/` may import which. A room's files import other rooms
 * only through that room's `index.ts`. `util` and `status` are open to all. Checked by
 * `check-imports.ts`, which also fails on entries that no file uses.
 */
export const openToAll = ['util', 'status'] as const;

export const rooms: Readonly<Record<string, readonly string[]>> = {
  util: [],
  status: [],
  tfrecord: [],
  proto: [],
  telemetry: [],
  config: ['proto'],
  security: ['config', 'proto', 'telemetry'],
  tensor: [],
  engines: ['tensor', 'telemetry'],
  core: ['telemetry'],
  stores: [],
  sources: ['core', 'stores', 'config', 'telemetry'],
  'saved-model': ['tensor', 'proto', 'engines', 'stores', 'config'],
  servables: ['core', 'saved-model', 'engines', 'stores', 'telemetry'],
  'data-plane': ['core', 'engines', 'servables', 'config', 'security', 'tensor', 'telemetry'],
  inference: ['core', 'engines', 'servables', 'tensor'],
  warmup: ['inference', 'servables', 'core', 'engines', 'tensor', 'tfrecord'],
  loading: ['engines', 'saved-model', 'warmup', 'telemetry'],
  protocol: ['inference', 'core', 'engines', 'tensor', 'proto', 'telemetry'],
  transport: ['protocol', 'telemetry'],
  server: [
    'transport',
    'data-plane',
    'protocol',
    'inference',
    'loading',
    'warmup',
    'servables',
    'sources',
    'stores',
    'core',
    'engines',
    'config',
    'security',
    'telemetry',
    'tensor',
    'proto',
  ],
  cli: [
    'server',
    'config',
    'saved-model',
    'engines',
    'servables',
    'telemetry',
    'protocol',
    'tensor',
    'core',
  ],
  /** Files directly in `src/`: `main.ts` (the process) and `index.ts` (the public API). */
  '.': ['cli', 'server', 'config', 'core', 'engines', 'telemetry'],
};
