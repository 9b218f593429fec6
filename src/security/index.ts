export { type ReadTls, readTlsMaterial, type TlsFile } from './read-tls-material.ts';
export { TlsDoor, type TlsDoorOptions } from './tls-door.ts';
export type { TlsMaterial, TlsMaterials } from './tls-material.ts';
export type { Protocol } from './tls-protocols.ts';
export { TlsWatch, type TlsWatchOptions } from './tls-watch.ts';
