import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { Code, failedPrecondition, internal, StatusError } from '../status/index.ts';

/** Where to listen on TCP. */
export interface TcpBind {
  /** Tried in order: a later one only where the machine lacks the address family of the former. */
  readonly hosts: readonly string[];
  /** `'ephemeral'`: the system picks a free one. */
  readonly port: number | 'ephemeral';
  /** The flag that chooses the port, for error texts: `--port`. */
  readonly flag: string;
}

/** Where to listen on a Unix socket. */
export interface UnixBind {
  readonly path: string;
  /** The flag that chooses the path, for error texts. */
  readonly flag: string;
}

/** The longest path of a Unix socket in bytes, which the system's address has room for. */
const mostSocketPathBytes = process.platform === 'darwin' ? 103 : 107;

/** Failures to connect to a Unix socket that mean: nobody listens. Any other may be a live process. */
const nobodyListens: ReadonlySet<string | undefined> = new Set(['ECONNREFUSED', 'ENOENT']);

/** Failures that mean: this machine has no such address family. */
const noSuchFamily: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/**
 * Listens on TCP.
 * @returns the port. @throws StatusError that says what is wrong with the port and what to do.
 */
export async function bindTcp(server: Server, bind: TcpBind): Promise<number> {
  const port = bind.port === 'ephemeral' ? 0 : bind.port;
  for (const [index, host] of bind.hosts.entries()) {
    try {
      await listen(server, { host, port });
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (noSuchFamily.has(code) && index + 1 < bind.hosts.length) continue;
      throw tcpError(error as NodeJS.ErrnoException, host, port, bind.flag);
    }
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw internal('Not listening on TCP');
  return address.port;
}

function tcpError(
  cause: NodeJS.ErrnoException,
  host: string,
  port: number,
  flag: string,
): StatusError {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new StatusError(
        Code.UNAVAILABLE,
        `Port ${port} on ${host} is already in use: stop the process that listens there or choose another port with ${flag}`,
        { cause },
      );
    case 'EACCES':
      return new StatusError(
        Code.PERMISSION_DENIED,
        `Not allowed to listen on port ${port} of ${host}: choose a port from 1024 up with ${flag} or grant the right to bind lower ones`,
        { cause },
      );
    default:
      return new StatusError(
        Code.UNAVAILABLE,
        `Can't listen on port ${port} of ${host} (${flag}): ${cause.message}`,
        { cause },
      );
  }
}

/**
 * Listens on a Unix socket. A socket file that a dead process left is replaced; one that a live
 * process answers on, or a file of another kind, is refused.
 */
export async function bindUnix(server: Server, { path, flag }: UnixBind): Promise<void> {
  const kind = lstatSync(path, { throwIfNoEntry: false });
  if (kind !== undefined) {
    if (!kind.isSocket()) {
      throw failedPrecondition(`${path} exists and is not a socket: choose another path (${flag})`);
    }
    if (await isAnswered(path)) {
      throw new StatusError(
        Code.UNAVAILABLE,
        `Socket ${path} is already in use: stop the process that listens there or choose another path with ${flag}`,
      );
    }
    unlinkSync(path);
  }
  try {
    await listen(server, { path });
  } catch (cause) {
    const reason = unixReason(cause as Error, path);
    throw new StatusError(Code.UNAVAILABLE, `Can't listen on socket ${path} (${flag}): ${reason}`, {
      cause,
    });
  }
}

/** The system calls a missing folder a denied permission, and a path that is too long an invalid argument. */
function unixReason(cause: Error, path: string): string {
  const length = Buffer.byteLength(path);
  if (length > mostSocketPathBytes) {
    return `the path of a socket may have ${mostSocketPathBytes} bytes, this one has ${length}`;
  }
  return existsSync(dirname(path)) ? cause.message : `there is no folder ${dirname(path)}`;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(!nobodyListens.has(code)));
  });
}

function listen(server: Server, options: Parameters<Server['listen']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options as object, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
