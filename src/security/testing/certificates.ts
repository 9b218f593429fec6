import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A certificate and its key, PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of its own, made by the openssl command; its folder goes with `dispose`. */
export class Authority implements Disposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'serval-tls-'));
  /** PEM. */
  readonly root: string;
  #made = 0;

  constructor(name = 'test authority') {
    const subject = ['-subj', `/CN=${name}`, '-days', '30'];
    this.#openssl('req', '-x509', ...newKey, ...subject, '-keyout', 'ca.key', '-out', 'ca.pem');
    this.root = this.#read('ca.pem');
  }

  /** A certificate for this machine, or for a client. @param days until it expires; below 0: it has */
  issue(name: string, days = 30): KeyPair {
    const file = `issued-${this.#made++}`;
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
    const request = ['-subj', `/CN=${name}`, '-addext', names, '-keyout', `${file}.key`];
    this.#openssl('req', '-new', ...newKey, ...request, '-out', `${file}.csr`);
    writeFileSync(path.join(this.folder, `${file}.ext`), `${names}\n`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)];
    const how = ['-in', `${file}.csr`, '-extfile', `${file}.ext`, '-out', `${file}.pem`];
    this.#openssl('x509', '-req', ...signed, ...how);
    return { key: this.#read(`${file}.key`), cert: this.#read(`${file}.pem`) };
  }

  /** The key of a pair, encrypted. */
  encrypt({ key }: KeyPair): string {
    writeFileSync(path.join(this.folder, 'plain.key'), key);
    const how = ['-in', 'plain.key', '-topk8', '-passout', 'pass:x', '-out', 'encrypted.key'];
    this.#openssl('pkcs8', ...how);
    return this.#read('encrypted.key');
  }

  /** Writes an SSLConfig file and returns its path. */
  write(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' });
  }

  #read(name: string): string {
    return readFileSync(path.join(this.folder, name), 'utf8');
  }
}

/** The text of an SSLConfig. @param clientRoots PEM, to verify clients with */
export function sslConfigText({ key, cert }: KeyPair, clientRoots: string | null = null): string {
  const field = (name: string, text: string) => `${name}: ${JSON.stringify(text)}\n`;
  const clients =
    clientRoots === null ? '' : `${field('custom_ca', clientRoots)}client_verify: true\n`;
  return `${field('server_key', key)}${field('server_cert', cert)}${clients}`;
}
