/**
 * How a connection gets from the thread that accepted it to the one that serves it: by a duplicate of
 * its descriptor. Descriptors belong to the process, so that a number is all that is sent.
 *
 * Measured against threads that listen themselves (docs/architecture.md): this way alone spreads a few
 * long connections evenly, leaves the listening socket alone when a thread ends, and lets the system
 * refuse a second server. The choice is in this file.
 */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { duplicateDescriptor } from '../engines/index.ts';
import { internal } from '../status/index.ts';
import { DirectSocket } from '../util/index.ts';
import type { Protocol } from './messages.ts';

/** What Node.js does not document: the handle behind a socket knows its descriptor. */
interface WithHandle {
  readonly _handle?: { readonly fd?: number } | null;
}

/**
 * Takes a connection, of which nothing has been read, out of this thread.
 * @returns a descriptor that the caller owns. @throws StatusError where there is none to be had; then
 * the connection is closed.
 */
export function takeDescriptor(socket: Socket): number {
  try {
    const descriptor = (socket as WithHandle)._handle?.fd;
    if (descriptor === undefined || descriptor < 0)
      throw internal('A connection has no descriptor');
    return duplicateDescriptor(descriptor);
  } finally {
    socket.destroy();
  }
}

/**
 * The connection of a descriptor, which becomes the socket's, opened as the servers of its protocol open theirs.
 * @param isPlain false: it is to be encrypted.
 */
export function socketOf(descriptor: number, protocol: Protocol, isPlain = true): Socket {
  try {
    const socket =
      protocol === 'rest' && isPlain
        ? new DirectSocket({ fd: descriptor, allowHalfOpen: true })
        : new Socket({
            fd: descriptor,
            readable: true,
            writable: true,
            allowHalfOpen: protocol === 'rest',
          });
    return socket.setNoDelay(true);
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
}

export function closeDescriptor(descriptor: number): void {
  closeSync(descriptor);
}
