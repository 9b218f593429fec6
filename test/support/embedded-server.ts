/**
 * A program with a Serval in it, for options that the command line does not have: they come as JSON
 * in its first argument. Prints `listening <gRPC port> <REST port>` when it serves, and ends well on
 * SIGTERM.
 */
import { type CreateServerOptions, createServer } from '../../src/index.ts';

const options = JSON.parse(process.argv[2]!) as CreateServerOptions;
const server = createServer({ ...options, port: 'ephemeral', restApiPort: 'ephemeral' });
process.once('SIGTERM', () => void server.stop());
await server.start();
const { grpc, rest } = server.addresses;
console.log(`listening ${grpc?.port} ${rest?.port}`);
