import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LoadReport } from '../../src/load-test/index.ts';
import { Authority, sslConfigText } from '../../src/security/testing/certificates.ts';
import { runServal } from '../support/run-command.ts';
import { modelFlags, type ServerProcess, startServer, zoo } from '../support/server.ts';

const base = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const asked = ['bench', '--model=half_plus_two', '--duration=200ms', '--warmup=0'];

const authority = new Authority();
const stranger = new Authority('stranger');
after(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});
const file = (name: string, text: string) => authority.write(name, text);
const client = authority.issue('client');
const ca = `--tls_ca=${file('root.pem', authority.root)}`;
const pair = [
  `--tls_cert=${file('client.pem', client.cert)}`,
  `--tls_key=${file('client.key', client.key)}`,
];

async function start(clientRoots: string | null): Promise<ServerProcess> {
  const ssl = file('ssl.config', sslConfigText(authority.issue('localhost'), clientRoots));
  const monitoring = file('monitoring.config', 'prometheus_config { enable: true }');
  return await startServer({
    flags: [
      ...modelFlags('half_plus_two', base),
      ...[`--ssl_config_file=${ssl}`, `--rest_api_ssl_config_file=${ssl}`],
      ...['--enable_batching', `--monitoring_config_file=${monitoring}`],
    ],
  });
}

const https = ({ rest }: ServerProcess) => rest.replace('http:', 'https:');

describe('serval bench, of a server over TLS', () => {
  let server: ServerProcess;
  before(async () => {
    server = await start(null);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const protocol of ['grpc', 'rest'] as const) {
    it(`measures ${protocol}, and reads the metrics over TLS too`, async () => {
      const json = path.join(authority.folder, `${protocol}.json`);
      const { code, errors } = await runServal([
        ...[...asked, `--${protocol}=${protocol === 'grpc' ? server.grpc : https(server)}`],
        ...[ca, `--monitoring=${https(server)}`, `--json=${json}`],
      ]);
      assert.deepEqual([code, errors], [0, '']);
      const { steps } = JSON.parse(await readFile(json, 'utf8')) as LoadReport;
      assert.ok(steps[0]!.answered > 0);
      assert.equal(steps[0]!.failed, 0);
      assert.ok(steps[0]!.batches!.batches > 0);
    });

    const address = () => (protocol === 'grpc' ? server.grpc : https(server));
    const plain = () => (protocol === 'grpc' ? server.grpc : server.rest);
    const refusals: [what: string, args: () => string[], text: RegExp][] = [
      [
        'a client without TLS',
        () => [plain()],
        /: the server closed the connection at once; perhaps it speaks TLS \(--tls\)\n$/,
      ],
      [
        'an authority that the client does not know',
        () => [address(), '--tls'],
        /\(--tls_ca names the file of its authority\)\n$/,
      ],
      [
        'a name that the certificate does not have',
        () => [address(), ca, '--tls_server_name=elsewhere'],
        /elsewhere.*\(--tls_server_name\)\n$/,
      ],
    ];
    for (const [what, args, text] of refusals) {
      it(`tells of ${what}, over ${protocol}`, async () => {
        const [where, ...others] = args();
        const { code, out, errors } = await runServal([
          ...[...asked, `--${protocol}=${where}`, ...others],
        ]);
        assert.deepEqual([code, out], [255, '']);
        assert.match(errors, text);
      });
    }
  }

  it('takes a name that the certificate has and the address has not', async () => {
    const { code, errors } = await runServal([
      ...[...asked, `--grpc=${server.grpc}`, ca, '--tls_server_name=localhost'],
    ]);
    assert.deepEqual([code, errors], [0, '']);
  });
});

describe('serval bench, of a server that verifies clients', () => {
  let server: ServerProcess;
  before(async () => {
    server = await start(authority.root);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const protocol of ['grpc', 'rest'] as const) {
    const address = () => `--${protocol}=${protocol === 'grpc' ? server.grpc : https(server)}`;

    it(`shows its certificate, over ${protocol}`, async () => {
      const { code, errors } = await runServal([...asked, address(), ca, ...pair]);
      assert.deepEqual([code, errors], [0, '']);
    });

    it(`says that one is wanted, over ${protocol}`, async () => {
      const { code, errors } = await runServal([...asked, address(), ca]);
      assert.equal(code, 255);
      assert.match(errors, /: the server wants a certificate \(--tls_cert, --tls_key\)\n$/);
    });

    it(`says that it is not trusted, over ${protocol}`, async () => {
      const { cert, key } = stranger.issue('client');
      const { code, errors } = await runServal([
        ...[...asked, address(), ca],
        ...[`--tls_cert=${file('s.pem', cert)}`, `--tls_key=${file('s.key', key)}`],
      ]);
      assert.equal(code, 255);
      assert.match(
        errors,
        /: the server closed the connection at once; perhaps it does not trust --tls_cert\n$/,
      );
    });
  }
});
