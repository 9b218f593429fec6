import type { Protocol } from './tls-protocols.ts';

/** What TLS is served with, checked. Plain data, so that every thread may have it. */
export interface TlsMaterial {
  /** PEM. */
  readonly key: string;
  /** PEM: the server's certificate, then those that lead to a root. */
  readonly cert: string;
  /** PEM roots of client certificates; null: clients show none. */
  readonly clientRoots: string | null;
  /** 48 bytes that encrypt session tickets, the same for all threads; new with each reading. */
  readonly ticketKeys: Uint8Array;
}

/** By protocol; null: plain text. */
export type TlsMaterials = { readonly [P in Protocol]: TlsMaterial | null };
