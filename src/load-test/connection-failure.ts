import type { ClientTls } from './connect.ts';

/** What the first byte of a record of TLS is that tells of a failure. */
const tlsAlert = 0x15;

/** Whether these bytes of a server are TLS, which a plain client did not ask for. */
export function isTls(bytes: Uint8Array): boolean {
  return bytes[0] === tlsAlert && bytes[1] === 3;
}

/** The failure of a plain client at a server that speaks TLS. */
export const speaksTls = 'the server speaks TLS here (--tls)';

/** The failure of a client whose connection the server ends without a word, as those do that dislike the client's TLS. */
export function closedAtOnce(tls: ClientTls | null): string {
  const why =
    tls === null
      ? 'it speaks TLS (--tls)'
      : tls.pair === null
        ? 'it wants a certificate (--tls_cert, --tls_key)'
        : 'it does not trust --tls_cert';
  return `the server closed the connection at once; perhaps ${why}`;
}

/** Failures whose own words say little to who reads a report. */
const meanings: Readonly<Record<string, string>> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'the server wants a certificate (--tls_cert, --tls_key)',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not trust the authority of --tls_cert',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the certificate of --tls_cert has expired',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server refuses the certificate of --tls_cert',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the server refuses the certificate of --tls_cert',
};

/** OpenSSL's words for an answer that is no TLS; the code depends on when it comes. */
const isNoTls = /wrong version number|packet length too long/;

/** Failures that another authority would mend. */
const isDistrust =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?))$/;

/** Why a connection failed, in one line. */
export function connectionFailure(error: unknown): string {
  // Several errors of one host (IPv6 and IPv4) come as one without a text.
  if (error instanceof AggregateError && error.message === '') {
    return connectionFailure(error.errors[0]);
  }
  if (!(error instanceof Error)) return String(error);
  const { code, rawPacket } = error as { code?: unknown; rawPacket?: unknown };
  if (rawPacket instanceof Uint8Array && isTls(rawPacket)) return speaksTls;
  if (typeof code !== 'string') return error.message;
  if (isNoTls.test(error.message)) return 'the server does not speak TLS here';
  if (code.startsWith('HPE_')) return 'the server speaks no HTTP/1.1 here';
  if (isDistrust.test(code)) return `${error.message} (--tls_ca names the file of its authority)`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${error.message} (--tls_server_name)`;
  return meanings[code] ?? error.message;
}
