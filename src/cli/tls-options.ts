import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClientTls } from '../load-test/index.ts';
import { fileError, invalidArgument } from '../status/index.ts';
import type { OptionValues } from './option-values.ts';
import { UsageError } from './usage-error.ts';

/** How a command speaks TLS, by its options: names of PEM files. */
export interface TlsFiles {
  readonly ca: string | null;
  readonly pair: { readonly cert: string; readonly key: string } | null;
  readonly serverName: string | null;
}

/** Nothing but the authorities that Node.js trusts. */
export const noTlsFiles: TlsFiles = { ca: null, pair: null, serverName: null };

/** The options with a value that {@link readTls} reads. */
export const tlsOptionNames = ['tls_ca', 'tls_cert', 'tls_key', 'tls_server_name'] as const;
/** The option without one. */
export const tlsSwitch = 'tls';

/**
 * @param isAsked whether TLS is wanted already, whatever the options say
 * @returns null where nothing asks for TLS
 * @throws UsageError
 */
export function readTls(options: OptionValues, isAsked: boolean): TlsFiles | null {
  const [ca, cert, key, serverName] = tlsOptionNames.map((name) => options.text(name));
  if ((cert === null) !== (key === null)) {
    throw new UsageError('--tls_cert and --tls_key belong together: give both or none.');
  }
  if (!isAsked && [ca, cert, serverName].every((value) => value === null)) return null;
  return {
    ca: ca ?? null,
    pair: cert == null || key == null ? null : { cert, key },
    serverName: serverName ?? null,
  };
}

/** Reads the files. @throws StatusError what is wrong with which */
export async function loadTls({ ca, pair, serverName }: TlsFiles): Promise<ClientTls> {
  return {
    ca: ca === null ? null : await readCertificates('tls_ca', ca),
    pair: pair === null ? null : await readPair(pair),
    serverName,
  };
}

async function readPair(files: { readonly cert: string; readonly key: string }) {
  const cert = await readCertificates('tls_cert', files.cert);
  const key = await read(files.key);
  if (/ENCRYPTED/.test(key)) {
    throw invalidArgument(`--tls_key: ${files.key} is encrypted: write it without a passphrase`);
  }
  let isItsKey: boolean;
  try {
    isItsKey = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw invalidArgument(`--tls_key: ${files.key} holds no private key in PEM`, { cause: error });
  }
  if (isItsKey) return { cert, key };
  throw invalidArgument(
    `--tls_key: ${files.key} is not the key of the first certificate in ${files.cert}`,
  );
}

async function readCertificates(option: string, file: string): Promise<string> {
  const text = await read(file);
  try {
    void new X509Certificate(text);
    return text;
  } catch (error) {
    throw invalidArgument(`--${option}: ${file} holds no certificate in PEM`, { cause: error });
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fileError(file, error);
  }
}

/** The help for these options. */
export const tlsHelp = `  --tls                     Speaks TLS; --rest=https://<host>:<port> says so too, and any of these:
  --tls_ca=<file>           The authorities of the server's certificate, PEM (those that Node.js knows).
  --tls_cert=<file> --tls_key=<file>
                            What is shown where the server verifies clients, PEM.
  --tls_server_name=<name>  The name in the server's certificate (the host).
`;
