import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Authority } from '../security/testing/certificates.ts';
import { loadTls, noTlsFiles } from './tls-options.ts';

describe('loadTls', () => {
  const authority = new Authority();
  after(() => authority[Symbol.dispose]());
  const pair = authority.issue('client');
  const cert = authority.write('client.pem', pair.cert);
  const key = authority.write('client.key', pair.key);
  const ca = authority.write('root.pem', authority.root);

  it('reads the files', async () => {
    assert.deepEqual(await loadTls({ ca, pair: { cert, key }, serverName: 'n' }), {
      ca: authority.root,
      pair,
      serverName: 'n',
    });
    assert.deepEqual(await loadTls(noTlsFiles), noTlsFiles);
  });

  it('says which file is not what it should be', async () => {
    const other = authority.write('other.key', authority.issue('other').key);
    const encrypted = authority.write('encrypted.pem', authority.encrypt(pair));
    const refused: [files: Partial<typeof noTlsFiles>, message: string | RegExp][] = [
      [{ ca: '/nowhere' }, '/nowhere; No such file or directory'],
      [{ ca: key }, `--tls_ca: ${key} holds no certificate in PEM`],
      [{ pair: { cert: key, key } }, `--tls_cert: ${key} holds no certificate in PEM`],
      [{ pair: { cert, key: cert } }, `--tls_key: ${cert} holds no private key in PEM`],
      [{ pair: { cert, key: encrypted } }, /is encrypted: write it without a passphrase$/],
      [{ pair: { cert, key: other } }, /other\.key is not the key of the first certificate in /],
    ];
    for (const [files, message] of refused) {
      await assert.rejects(loadTls({ ...noTlsFiles, ...files }), { message });
    }
  });
});
