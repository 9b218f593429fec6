/**
 * `npm start`: serves the example models on TFS's usual ports and prints what to try. Flags given
 * after `npm start --` come last, so they win.
 */
import '../bin/compile-cache.js';
import { fileURLToPath } from 'node:url';

const { runCommandLine } = await import('../src/cli/index.ts');
const { endProcess } = await import('../src/engines/index.ts');

const folder = fileURLToPath(new URL('../examples/models', import.meta.url));
const flags = [
  '--port=8500',
  '--rest_api_port=8501',
  `--model_config_file=${folder}.config`,
  `--model_config_list_root_dir=${folder}`,
  ...process.argv.slice(2),
];

const code = await runCommandLine(flags, 'npm start --', {
  onReady: (serval, terminal) => {
    const { grpc, rest } = serval.addresses;
    const url = rest === null ? null : `http://localhost:${rest.port}`;
    const predict = `${url}/v1/models/half_plus_two:predict`;
    const example = `  curl -d '{"instances": [1.0, 2.0, 5.0]}' ${predict}`;
    terminal.out(`
Serval serves the example models (examples/README.md):
  gRPC  ${grpc === null ? 'off' : `localhost:${grpc.port}`}
  REST  ${url ?? 'off'}
${url === null ? '' : `\nTry it in another terminal:\n${example}\n`}
Ctrl+C ends it.
`);
  },
});
endProcess(code);
