/**
 * `npm run test:interop`: installs the clients that users of TensorFlow Serving have (test/interop),
 * starts Serval with all recorded models, with oneDNN on and off, and lets them ask it. Prints a
 * line for each failure and ends with `N passed, N failed`.
 */
import path from 'node:path';
import { checkCurl } from '../test/interop/curl.ts';
import { checkGrpcurl } from '../test/interop/grpcurl.ts';
import { checkH2spec } from '../test/interop/h2spec.ts';
import { checkPrometheus } from '../test/interop/prometheus.ts';
import { Tally } from '../test/interop/tally.ts';
import { checkTls } from '../test/interop/tls.ts';
import { installTools, runProgram, type Tools } from '../test/interop/tools.ts';
import { goldenModels } from '../test/support/golden.ts';
import { modelConfig, root, startServer, zoo } from '../test/support/server.ts';

const program = path.join(root, 'test/interop/check_server.py');

async function checkPython(tally: Tally, tools: Tools, rest: string, grpc: string) {
  const args = [
    '-B',
    program,
    '--rest',
    rest,
    '--grpc',
    grpc,
    '--golden',
    path.join(zoo, 'golden'),
  ];
  const { code, stdout } = await runProgram(tools.python, args, { show: true });
  const counts = /^python: (\d+) passed, (\d+) failed$/m.exec(stdout);
  if (counts !== null) tally.add(Number(counts[1]), Number(counts[2]));
  await tally.check('the Python program ends well', async () => {
    if (counts === null || code !== (counts[2] === '0' ? 0 : 1)) throw new Error(`code ${code}`);
  });
}

const tools = installTools();
const total = new Tally();
const flags = [
  await modelConfig(
    goldenModels('tensorflow').map(({ name, basePath }) => ({
      name,
      base: basePath,
      policy: 'all {}',
    })),
  ),
];
for (const oneDnn of ['1', '0']) {
  const tally = new Tally();
  await using server = await startServer({ flags, env: { TF_ENABLE_ONEDNN_OPTS: oneDnn } });
  await checkPython(tally, tools, server.rest, server.grpc);
  await checkGrpcurl(tally, tools.grpcurl, server.grpc);
  await checkCurl(tally, server.rest);
  server.kill('SIGTERM');
  await tally.check('the server ends with code 0', async () => {
    const { code, signal } = await server.ended;
    if (code !== 0) throw new Error(`it ended with ${code ?? signal}`);
  });
  console.log(`oneDNN ${oneDnn === '1' ? 'on' : 'off'}: ${tally}`);
  total.add(tally.passed, tally.failed);
}
const overTls = new Tally();
await checkTls(overTls, tools);
console.log(`TLS: ${overTls}`);
total.add(overTls.passed, overTls.failed);
const scraped = new Tally();
await checkPrometheus(scraped);
console.log(`Prometheus: ${scraped}`);
total.add(scraped.passed, scraped.failed);
const conforming = new Tally();
await checkH2spec(conforming, tools.h2spec);
console.log(`h2spec: ${conforming}`);
total.add(conforming.passed, conforming.failed);
console.log(`${total}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
