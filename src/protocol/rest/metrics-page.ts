import type { RestReply, RestRequest } from './exchange.ts';

/** Where metrics are told, in Prometheus's text. */
export interface MetricsPage {
  /** The exact path. */
  readonly path: string;
  read(): string | Promise<string>;
}

const textHeaders = Object.freeze({ 'Content-Type': 'text/plain' });

/** Whether a request is for the page, rightly or with a query (spec 5.11). */
export function asksForMetrics({ path }: MetricsPage, { target }: RestRequest): boolean {
  return (
    target.startsWith(path) &&
    (target.length === path.length || /^[?#]/.test(target.slice(path.length)))
  );
}

/** The page, by any method. @throws (or rejects with) what reading it does */
export function metricsReply(
  { path, read }: MetricsPage,
  { target }: RestRequest,
): RestReply | Promise<RestReply> {
  if (target !== path) {
    const body = `Unexpected path: ${target}. Should be ${path}`;
    return { status: 400, headers: textHeaders, body };
  }
  const page = read();
  return page instanceof Promise ? page.then(success) : success(page);
}

function success(body: string): RestReply {
  return { status: 200, headers: textHeaders, body };
}
