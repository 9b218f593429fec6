import { gzipSync } from 'node:zlib';
import { bare, error, half, halfBody, halfReply, type LetterRow, post } from './rest-row.ts';

const predict = `${half}:predict`;
const ok = (rule: string, request: string | Buffer, rest: Partial<LetterRow> = {}): LetterRow => ({
  ...{ rule: `5.9 ${rule}`, request, status: '200 OK', body: halfReply },
  ...rest,
});
const refused = (rule: string, request: string | Buffer, text: string): LetterRow => ({
  ...{ rule, request, status: '400 Bad Request', body: error(text) },
});
const emptyDocument = 'JSON Parse error: The document is empty';
const closed = { connection: 'close', 'keep-alive': null };
const chunked = (...chunks: string[]) =>
  `POST ${predict} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}`;
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET',
  'access-control-allow-headers': 'Content-Type',
};
const open = (rule: string, request: string | Buffer, rest: Partial<LetterRow>): LetterRow => ({
  ...{ rule: `5.10 ${rule}`, server: 'open', request, status: '200 OK', body: '', fields: cors },
  ...rest,
});
const preflight = (rule: string, fields: string[], rest: Partial<LetterRow>): LetterRow => ({
  rule: `5.10 ${rule}`,
  request: bare('OPTIONS', half, ...fields),
  status: '200 OK',
  fields: { 'content-type': null },
  body: '',
  ...rest,
});
const metrics = '/monitoring/prometheus/metrics';
const metricsPage = (method: string): LetterRow => ({
  rule: `5.11 the metrics are there for ${method}`,
  server: 'open',
  request: method === 'POST' ? post(metrics, '') : bare(method, metrics),
  status: '200 OK',
  fields: { 'content-type': 'text/plain' },
  body: method === 'HEAD' ? '' : /^# TYPE :tensorflow:/m,
});

/** Of HTTP around requests (spec 5.1, 5.2, 5.9 to 5.11). */
export const httpRows: readonly LetterRow[] = [
  ok('a body of known length', post(predict, halfBody)),
  {
    ...ok('', post(predict, halfBody, 'Content-Type: text/csv', 'Accept: text/html')),
    rule: '5.1 Content-Type and Accept are ignored',
  },
  {
    ...ok('', post(predict, halfBody, 'Content-Type: application/x-www-form-urlencoded')),
    rule: '5.1 the Content-Type of curl is ignored',
  },
  ok('a body in chunks', chunked('5\r\n{"ins\r\n', 'c\r\ntances":[1]}\r\n', '0\r\n\r\n')),
  ok(
    'a body in chunks with extensions and trailers',
    chunked('11;a=b\r\n', halfBody, '\r\n0\r\nA: b\r\n\r\n'),
  ),
  refused('5.4 no chunk is no document', chunked('0\r\n\r\n'), emptyDocument),
  refused('5.4 no body is no document', bare('POST', predict), emptyDocument),
  refused('5.4 an empty body is no document', post(predict, ''), emptyDocument),
  ok(
    'a client that expects 100-continue gets it',
    post(predict, halfBody, 'Expect: 100-continue'),
    {
      before: 'HTTP/1.1 100 Continue\r\n\r\n',
    },
  ),
  ok('gzip', post(predict, gzipSync(halfBody), 'Content-Encoding: gzip')),
  ok('what contains gzip', post(predict, gzipSync(halfBody), 'Content-Encoding: x-gzip')),
  ok('other encodings are not looked at', post(predict, halfBody, 'Content-Encoding: br')),
  ok('replies are not compressed', post(predict, halfBody, 'Accept-Encoding: gzip'), {
    fields: { 'content-encoding': null, vary: null },
  }),
  refused(
    '5.9 what is not gzip counts as empty',
    post(predict, halfBody, 'Content-Encoding: gzip'),
    emptyDocument,
  ),
  refused(
    '5.9 gzip that is cut short counts as empty',
    post(predict, gzipSync(halfBody).subarray(0, -9), 'Content-Encoding: gzip'),
    emptyDocument,
  ),
  ok('a client may end the connection', post(predict, halfBody, 'Connection: close'), {
    fields: closed,
    closes: true,
  }),
  ok('errors end it too then', bare('GET', '/v1/x', 'Connection: close'), {
    status: '400 Bad Request',
    body: error('Malformed request: GET /v1/x'),
    fields: closed,
    closes: true,
  }),
  ok(
    'HTTP/1.0 ends the connection',
    `POST ${predict} HTTP/1.0\r\nContent-Length: 17\r\n\r\n${halfBody}`,
    {
      fields: closed,
      closes: true,
    },
  ),
  ok(
    'HTTP/1.0 may keep it',
    `POST ${predict} HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 17\r\n\r\n${halfBody}`,
  ),
  ok(
    'a request needs no Host',
    `POST ${predict} HTTP/1.1\r\nContent-Length: 17\r\n\r\n${halfBody}`,
  ),
  {
    rule: '5.9 a run that takes too long is 504',
    server: 'open',
    request: post(
      '/v1/models/loops:predict',
      '{"signature_name":"nested","inputs":{"rounds":100000000,"x":[1]}}',
    ),
    status: '504 Gateway Time-out',
    fields: cors,
    body: error('Timed out waiting for notification'),
  },
  {
    rule: '5.2 what is not implemented is 501 with JSON',
    request: post(
      '/v1/models/multi_signature:predict',
      '{"signature_name":"echo_float16","inputs":1}',
    ),
    status: '501 Not Implemented',
    body: error('Conversion of JSON Value: 1 to type: half'),
  },
  open('a reply has the fields', post(predict, halfBody), { body: halfReply }),
  open('a refusal has them', bare('GET', '/v1/x'), {
    status: '400 Bad Request',
    body: error('Malformed request: GET /v1/x'),
  }),
  open('one without a text has them', bare('GET', `${half}/versions/9223372036854775808`), {
    status: '400 Bad Request',
  }),
  open('a page outside /v1/ has not', bare('GET', '/'), {
    status: '404 Not Found',
    fields: { 'content-type': 'text/html', ...closed, 'access-control-allow-origin': null },
    body: /^<HTML>/,
    closes: true,
  }),
  open('OPTIONS has them', bare('OPTIONS', half, 'Origin: https://a.example'), {
    fields: { ...cors, 'content-type': null },
  }),
  open('a refused OPTIONS has them', bare('OPTIONS', half), {
    status: '400 Bad Request',
    fields: { ...cors, 'content-type': null },
  }),
  preflight('OPTIONS of an http origin', ['Origin: http://a.example'], {}),
  preflight('OPTIONS of an https origin', ['Origin: https://a.example'], {}),
  preflight('OPTIONS without an origin', [], { status: '400 Bad Request' }),
  preflight('OPTIONS of an opaque origin', ['Origin: null'], { status: '400 Bad Request' }),
  preflight('OPTIONS of any path under /v1/', ['Origin: http://a'], {
    request: bare('OPTIONS', '/v1/anything', 'Origin: http://a'),
  }),
  metricsPage('GET'),
  metricsPage('HEAD'),
  metricsPage('POST'),
  metricsPage('DELETE'),
  {
    rule: '5.11 a query is refused',
    server: 'open',
    request: bare('GET', `${metrics}?a`),
    status: '400 Bad Request',
    fields: { 'content-type': 'text/plain' },
    body: `Unexpected path: ${metrics}?a. Should be ${metrics}`,
  },
];
