/** The protocols that have a listener each. */
export type Protocol = 'grpc' | 'rest';

/** The protocol that clients have to agree on (ALPN). REST clients may leave it out. */
export const alpnNames: Readonly<Record<Protocol, string>> = { grpc: 'h2', rest: 'http/1.1' };
