import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { parseTextProtoFile } from '../config/index.ts';
import { type SSLConfig, SSLConfigSchema } from '../proto/index.ts';
import { invalidArgument, type StatusError } from '../status/index.ts';
import type { TlsMaterial } from './tls-material.ts';

/** Material, and what an operator should hear of it. */
export interface ReadTls {
  readonly material: TlsMaterial;
  /** A certificate that is not valid today, or not for long. */
  readonly warnings: readonly string[];
}

const pemBegin = /-----BEGIN [^-]+-----/;
const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Before the end of a certificate there is a word of it. */
const soonMs = 7 * 24 * 3600 * 1000;

/** Bytes that Node.js wants for session tickets. */
const ticketKeyBytes = 48;

/** An SSLConfig file, for texts too. */
export interface TlsFile {
  readonly path: string;
  /** The flag that names it: `--ssl_config_file`. */
  readonly flag: string;
  readonly text: Uint8Array;
}

/**
 * Reads what an SSLConfig file holds (spec 2.3) and checks that TLS can be served with it.
 *
 * @throws StatusError INVALID_ARGUMENT as `readTextProtoFile` does, or that says what is wrong with which field.
 */
export function readTlsMaterial({ path, flag, text }: TlsFile, now: Date): ReadTls {
  const config = parseTextProtoFile(SSLConfigSchema, path, text);
  const wrong = (what: string, cause?: unknown): StatusError =>
    invalidArgument(
      `${flag}: ${what} (${path})`,
      cause instanceof Error ? { cause: new Error(cause.message) } : {},
    );
  const chain = chainOf(config, wrong);
  checkKey(config, chain[0]!, wrong);
  const clientRoots = clientRootsOf(config, wrong);
  const { serverKey: key, serverCert: cert } = config;
  try {
    createSecureContext({ key, cert, ...(clientRoots !== null && { ca: clientRoots }) });
  } catch (cause) {
    throw wrong('OpenSSL does not take this key and certificate', cause);
  }
  const ticketKeys = new Uint8Array(randomBytes(ticketKeyBytes));
  return {
    material: { key, cert, clientRoots, ticketKeys },
    warnings: validity(chain[0]!, now).map((text) => `${flag}: ${text} (${path})`),
  };
}

type Wrong = (text: string, cause?: unknown) => StatusError;

function pem(config: SSLConfig, field: 'serverKey' | 'serverCert' | 'customCa', wrong: Wrong) {
  const name = { serverKey: 'server_key', serverCert: 'server_cert', customCa: 'custom_ca' }[field];
  const text = config[field];
  if (text === '') throw wrong(`${name} is empty: it must hold PEM text`);
  if (!pemBegin.test(text)) {
    throw wrong(
      `${name} holds no PEM text; the field takes the text itself, not the path of a file`,
    );
  }
  return text;
}

function chainOf(config: SSLConfig, wrong: Wrong): X509Certificate[] {
  return parseAll(pem(config, 'serverCert', wrong), 'server_cert', wrong);
}

function parseAll(text: string, name: string, wrong: Wrong): X509Certificate[] {
  const blocks = text.match(certificates) ?? [];
  if (blocks.length === 0) throw wrong(`${name} holds no certificate`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw wrong(`${name} holds a certificate that cannot be read`, cause);
  }
}

function checkKey(config: SSLConfig, certificate: X509Certificate, wrong: Wrong): void {
  const text = pem(config, 'serverKey', wrong);
  if (/ENCRYPTED/.test(text)) throw wrong('server_key is encrypted: write it without a passphrase');
  let key: ReturnType<typeof createPrivateKey>;
  try {
    key = createPrivateKey(text);
  } catch (cause) {
    throw wrong('server_key holds no private key that can be read', cause);
  }
  if (!certificate.checkPrivateKey(key)) {
    throw wrong('server_key is not the key of the first certificate in server_cert');
  }
}

/** Without roots of its own Node.js would take certificates of every public authority. */
function clientRootsOf(config: SSLConfig, wrong: Wrong): string | null {
  if (!config.clientVerify) return null;
  if (config.customCa === '') {
    throw wrong('client_verify needs custom_ca, the roots of the certificates that clients show');
  }
  parseAll(pem(config, 'customCa', wrong), 'custom_ca', wrong);
  return config.customCa;
}

function validity(certificate: X509Certificate, now: Date): string[] {
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate) {
    return [`the certificate is not valid before ${validFromDate.toISOString()}`];
  }
  if (now > validToDate) return [`the certificate has expired at ${validToDate.toISOString()}`];
  const isEnding = validToDate.getTime() - now.getTime() < soonMs;
  return isEnding ? [`the certificate expires at ${validToDate.toISOString()}`] : [];
}
