import { UsageError } from './usage-error.ts';

/** Where a server listens, as a user writes it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Whether it is an `https` one. */
  readonly isTls: boolean;
}

/** The values of a command's options, read as what they are. Each throws a UsageError that says what to write. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  text(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  /** A whole number ≥ `least`. */
  integer(name: string, least: number): number | null {
    const text = this.#values.get(name);
    return text === undefined ? null : wholeNumber(name, text, least);
  }

  /** Numbers > 0, separated by commas. @param isWhole whether parts of one are refused */
  levels(name: string, isWhole: boolean): number[] | null {
    const text = this.#values.get(name);
    return (
      text?.split(',').map((part) => {
        const value = Number(part);
        const isFit = part.trim() !== '' && value > 0 && Number.isFinite(value);
        if (isFit && (!isWhole || Number.isSafeInteger(value))) return value;
        throw wrong(
          name,
          text,
          `${isWhole ? 'whole numbers' : 'numbers'} greater than 0, separated by commas`,
        );
      }) ?? null
    );
  }

  number(name: string): number | null {
    const [value, ...others] = this.levels(name, false) ?? [null];
    if (others.length > 0) throw wrong(name, this.#values.get(name)!, 'one number');
    return value ?? null;
  }

  /** A time in ms: `500ms`, `10s`, `2m`; a bare number is in seconds. @param mayBeZero whether 0 is a time */
  milliseconds(name: string, mayBeZero = false): number | null {
    const text = this.#values.get(name);
    if (text === undefined) return null;
    const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
    const ms = Number(amount) * { ms: 1, s: 1000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
    if (ms > 0 || (mayBeZero && ms === 0)) return ms;
    throw wrong(name, text, 'a time like 500ms, 10s or 2m');
  }

  /** `<host>:<port>`, `[<IPv6>]:<port>`, or a port of this machine, with or without a scheme before it. */
  address(name: string): Address | null {
    const text = this.#values.get(name);
    if (text === undefined) return null;
    const [, scheme, ipv6, host = ipv6 ?? 'localhost', port] =
      /^(?:(https?):\/\/)?(?:(?:\[([^\]]+)\]|([^:/]+)):)?(\d+)\/?$/.exec(text) ?? [];
    const number = Number(port);
    if (number > 0 && number < 65_536) return { host, port: number, isTls: scheme === 'https' };
    throw wrong(name, text, '<host>:<port>');
  }

  /** One of these words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const text = this.#values.get(name);
    if (text === undefined) return null;
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) throw wrong(name, text, choices.join(' or '));
    return chosen;
  }
}

/** @throws UsageError */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
  throw wrong(name, text, `a whole number, at least ${least}`);
}

function wrong(name: string, text: string, wanted: string): UsageError {
  return new UsageError(`--${name} must be ${wanted}, was ${text}.`);
}
