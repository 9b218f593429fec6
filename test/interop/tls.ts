import assert from 'node:assert/strict';
import path from 'node:path';
import { Authority, sslConfigText } from '../../src/security/testing/certificates.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';
import type { Tally } from './tally.ts';
import { runProgram, type Tools } from './tools.ts';

const name = 'saved_model_half_plus_two_cpu';

/** A server that verifies its clients over TLS, and what grpcio, grpcurl and curl make of it. */
export async function checkTls(tally: Tally, { python, grpcurl }: Tools): Promise<void> {
  using authority = new Authority();
  using stranger = new Authority('stranger');
  const client = authority.issue('client');
  const root = authority.write('root.pem', authority.root);
  const key = authority.write('client.key', client.key);
  const cert = authority.write('client.pem', client.cert);
  const config = sslConfigText(authority.issue('localhost'), authority.root);
  const file = authority.write('ssl.config', config);
  await using server = await startServer({
    flags: [
      ...modelFlags(name, path.join(zoo, 'tfserving', name)),
      ...[`--ssl_config_file=${file}`, `--rest_api_ssl_config_file=${file}`],
    ],
  });

  await tally.check('grpcio over TLS, with and without a certificate', async () => {
    const otherRoot = stranger.write('root.pem', stranger.root);
    const program = path.join(import.meta.dirname, 'tls_client.py');
    const args = ['-B', program, server.grpc, root, key, cert, otherRoot];
    const { code, stdout, stderr } = await runProgram(python, args);
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trim().split('\n'), [
      "('OK', [2.5, 3.0])",
      "('UNAVAILABLE', None)",
      "('UNAVAILABLE', None)",
    ]);
  });

  await tally.check('grpcurl over TLS', async () => {
    const args = ['-cacert', root, '-cert', cert, '-key', key, server.grpc, 'list'];
    const { code, stdout, stderr } = await runProgram(grpcurl, args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^tensorflow\.serving\.PredictionService$/m);
  });

  const url = `${server.rest.replace('http:', 'https:')}/v1/models/${name}:predict`;
  const curl = (...args: string[]) =>
    runProgram('curl', ['-sS', '--cacert', root, '-d', '{"instances": [1.0]}', ...args, url]);
  await tally.check('curl over TLS, with a certificate', async () => {
    const { code, stdout, stderr } = await curl('--cert', cert, '--key', key);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { predictions: [2.5] });
  });
  await tally.check('curl over TLS, without one', async () => {
    assert.notEqual((await curl()).code, 0);
  });
}
