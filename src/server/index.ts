export type { DataThreadState } from '../data-plane/index.ts';
export type { CreateServerOptions } from './create-server.ts';
export { createServer } from './create-server.ts';
export type { ListenAddress, Serval, ServalAddresses } from './serval.ts';
