import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * The frame that announces a graceful end (RFC 9113, 6.8): GOAWAY on stream 0 with NO_ERROR and the
 * highest stream id there is, so that it refuses no call already on its way.
 */
const frame = Buffer.from([
  ...[0, 0, 8], // length of the payload
  ...[7, 0, 0, 0, 0, 0], // type GOAWAY, no flags, stream 0
  ...[0x7f, 0xff, 0xff, 0xff], // last stream id
  ...[0, 0, 0, 0], // NO_ERROR
]);

/**
 * Announces on an HTTP/2 connection that it will end, while the server goes on taking calls.
 *
 * Written to the socket past its session: a session that sends GOAWAY itself takes no further
 * streams, whatever last stream id it names, so that calls already on their way would be lost. The
 * session always writes whole frames, and the socket keeps the order of writes, so that the frame
 * never lands inside another. Not on encrypted connections: what encrypts them takes one write at a
 * time, and a second one ends the process.
 */
export function sendShutdownNotice(socket: Socket): void {
  if (socket.writable && !(socket instanceof TLSSocket)) socket.write(frame);
}
