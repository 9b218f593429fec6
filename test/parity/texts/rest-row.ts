import type { RowServer } from './row-server.ts';

/** One request over REST, and the error that answers it. */
export interface RestRow {
  /** Of a text in `spec/`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly status: number;
  readonly text: string;
  /** The text is the body, where it is not the error of a JSON object. */
  readonly isPlain?: true;
  readonly server?: RowServer;
}

export const halfPlusTwo = '/v1/models/half_plus_two:predict';

/** A row of a POST. */
export const ask = (
  key: string,
  path: string,
  body: string,
  text: string,
  status = 400,
): RestRow => ({ key, method: 'POST', path, body, status, text });

/** A row of a `:predict` on the model with many signatures. */
export const askSignature = (
  key: string,
  name: string,
  rest: string,
  text: string,
  status = 400,
): RestRow =>
  ask(
    key,
    '/v1/models/multi_signature:predict',
    `{"signature_name":"${name}",${rest}}`,
    text,
    status,
  );
