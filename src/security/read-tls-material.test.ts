import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Code } from '../status/index.ts';
import { readTlsMaterial } from './read-tls-material.ts';
import { Authority, sslConfigText } from './testing/certificates.ts';

const authority = new Authority();
after(() => authority[Symbol.dispose]());
const server = authority.issue('localhost');
const other = authority.issue('other');
const now = new Date();

const read = async (text: string, at = now) => {
  const file = { path: '/etc/ssl.config', flag: '--ssl_config_file', text: Buffer.from(text) };
  return readTlsMaterial(file, at);
};

describe('readTlsMaterial', () => {
  it('reads a key, a certificate and the roots of clients', async () => {
    const plain = await read(sslConfigText(server));
    assert.equal(plain.material.key, server.key);
    assert.equal(plain.material.cert, server.cert);
    assert.equal(plain.material.clientRoots, null);
    assert.equal(plain.material.ticketKeys.length, 48);
    assert.deepEqual(plain.warnings, []);
    const mutual = await read(sslConfigText(server, authority.root));
    assert.equal(mutual.material.clientRoots, authority.root);
    assert.notDeepEqual(mutual.material.ticketKeys, plain.material.ticketKeys);
  });

  it('takes roots without client_verify, which then mean nothing', async () => {
    const text = `${sslConfigText(server)}custom_ca: "not read"`;
    assert.equal((await read(text)).material.clientRoots, null);
  });

  it('warns of a certificate that is not valid now, or not for long', async () => {
    const days = (count: number) => new Date(now.getTime() + count * 24 * 3600 * 1000);
    const warned = async (at: Date) => (await read(sslConfigText(server), at)).warnings.join();
    assert.match(await warned(days(-1)), /^--ssl_config_file: the certificate is not valid before/);
    assert.match(await warned(days(28)), /the certificate expires at/);
    assert.match(await warned(days(31)), /the certificate has expired at/);
  });

  const key = JSON.stringify(server.key);
  const cert = JSON.stringify(server.cert);
  const broken = JSON.stringify(server.cert.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'));
  const encrypted = JSON.stringify(authority.encrypt(server));
  const bad: [what: string, text: string, message: RegExp][] = [
    ['no key', `server_cert: ${cert}`, /server_key is empty: it must hold PEM text/],
    ['no certificate', `server_key: ${key}`, /server_cert is empty/],
    [
      'a path',
      `server_key: "/etc/key.pem" server_cert: ${cert}`,
      /server_key holds no PEM text; the field takes the text itself, not the path of a file/,
    ],
    ['a key as certificate', `server_key: ${key} server_cert: ${key}`, /holds no certificate/],
    [
      'a certificate as key',
      `server_key: ${cert} server_cert: ${cert}`,
      /server_key holds no private key that can be read/,
    ],
    ['an encrypted key', `server_key: ${encrypted} server_cert: ${cert}`, /is encrypted/],
    [
      "another's key",
      sslConfigText({ key: other.key, cert: server.cert }),
      /server_key is not the key of the first certificate in server_cert/,
    ],
    [
      'a damaged certificate',
      `server_key: ${key} server_cert: ${broken}`,
      /server_cert holds a certificate that cannot be read/,
    ],
    [
      'verified clients without roots',
      `${sslConfigText(server)}client_verify: true`,
      /client_verify needs custom_ca/,
    ],
    ['roots that are none', sslConfigText(server, server.key), /custom_ca holds no certificate/],
    ['no text-proto', 'server_key', /^Invalid protobuf file: '.*ssl\.config'$/],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(read(text), (error: Error & { code?: unknown }) => {
        assert.equal(error.code, Code.INVALID_ARGUMENT);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /BEGIN/);
        return true;
      });
    });
  }
});
