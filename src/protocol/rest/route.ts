/** Which model and version a path names. At most one of version and label is set. */
export interface RouteModel {
  readonly name: string;
  readonly version: bigint | null;
  readonly label: string | null;
}

/** The verbs of inference, as they end a path. */
export const inferenceMethods = ['classify', 'predict', 'regress'] as const;

export type InferenceMethod = (typeof inferenceMethods)[number];

/** What a request line asks for. */
export type Route =
  | { readonly kind: 'inference'; readonly method: InferenceMethod; readonly model: RouteModel }
  | { readonly kind: 'metadata' | 'status'; readonly model: RouteModel }
  /** Under `/v1/`, but nothing that exists; there is no 405. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'version-out-of-range'; readonly version: string }
  /** OPTIONS on a path under `/v1/`. */
  | { readonly kind: 'preflight' }
  /** Any path outside `/v1/`. */
  | { readonly kind: 'not-found' }
  /** A method that the listener does not have. */
  | { readonly kind: 'unknown-method' };

const apiPath = /^\/v1\/.*$/i;
const inferencePath = new RegExp(
  String.raw`^/v1/models/([^/:]+)(?:(?:/versions/(\d+))|(?:/labels/([^/:]+)))?:(${inferenceMethods.join('|')})$`,
  'i',
);
const modelPath =
  /^\/v1\/models(?:\/([^/:]+))?(?:(?:\/versions\/(\d+))|(?:\/labels\/([^/:]+)))?(?:\/(metadata))?$/i;

const methods: ReadonlySet<string> = new Set([
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
]);
const maxVersion = 2n ** 63n - 1n;

/**
 * Reads a request line by the rules of spec 5.1: the raw target is matched, so a query string is
 * part of the path; matching ignores case, but verbs count in lower case only.
 */
export function parseRoute(method: string, target: string): Route {
  if (!methods.has(method)) return { kind: 'unknown-method' };
  if (!apiPath.test(target)) return { kind: 'not-found' };
  if (method === 'OPTIONS') return { kind: 'preflight' };
  const pattern = method === 'POST' ? inferencePath : method === 'GET' ? modelPath : null;
  const match = pattern?.exec(target);
  if (match == null) return { kind: 'malformed' };

  const [, name, digits, label, last] = match;
  const version = digits === undefined ? null : BigInt(digits);
  if (version !== null && version > maxVersion) {
    return { kind: 'version-out-of-range', version: digits! };
  }
  const model: RouteModel = {
    name: name === undefined ? '' : percentDecode(name),
    version,
    label: label === undefined ? null : percentDecode(label),
  };
  if (method === 'GET') return { kind: last === 'metadata' ? 'metadata' : 'status', model };
  const verb = inferenceMethods.find((name) => name === last);
  return verb === undefined ? { kind: 'malformed' } : { kind: 'inference', method: verb, model };
}

/** Longer targets are read each time. */
const longestKept = 256;
const mostKept = 1000;

/** Reads request lines, and keeps what those of inference mean: they come again and again. */
export class Routes {
  readonly #kept = new Map<string, Route>();

  /** As {@link parseRoute}. */
  find(method: string, target: string): Route {
    if (method !== 'POST' || target.length > longestKept) return parseRoute(method, target);
    const kept = this.#kept.get(target);
    if (kept !== undefined) return kept;
    const route = parseRoute(method, target);
    if (route.kind === 'inference') {
      if (this.#kept.size === mostKept) this.#kept.clear();
      this.#kept.set(target, route);
    }
    return route;
  }
}

/** `%41` → `A`; `+` and what is no escape stay as they are. The bytes are taken as UTF-8. */
function percentDecode(text: string): string {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return latin1AsUtf8(bytes);
}

/** A request target, which Node.js reads byte by byte, as the UTF-8 text that it may be. */
export function latin1AsUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
