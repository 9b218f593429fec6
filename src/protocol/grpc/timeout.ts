import { invalidArgument } from '../../status/index.ts';

const pattern = /^(\d{1,8})([HMSmun])$/;
const unitInMs = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * The value of `grpc-timeout` in milliseconds: at most eight digits and a unit.
 * @throws StatusError INVALID_ARGUMENT for anything else: a client that asked for a deadline must
 * not run without one.
 */
export function parseTimeout(value: string): number {
  const match = pattern.exec(value);
  if (match === null) throw invalidArgument(`Invalid grpc-timeout: ${value.slice(0, 40)}`);
  return Number(match[1]) * unitInMs[match[2] as keyof typeof unitInMs];
}
