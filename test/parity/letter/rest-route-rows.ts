import { bare, error, half, halfBody, halfReply, type LetterRow, post } from './rest-row.ts';

const page = (status: string, reason: string) =>
  `<HTML><HEAD>\n<TITLE>${status} ${reason}</TITLE>\n</HEAD><BODY>\n<H1>${reason}</H1>\n</BODY></HTML>\n`;
const ofPage = { 'content-type': 'text/html', connection: 'close', 'keep-alive': null };

const notFound = (rule: string, request: string): LetterRow => ({
  ...{ rule: `5.1 ${rule}`, request, status: '404 Not Found', fields: ofPage },
  body: page('404', 'Not Found'),
  closes: true,
});
const notImplemented = (rule: string, request: string): LetterRow => ({
  ...{ rule: `5.1 ${rule}`, request, status: '501 Not Implemented', fields: ofPage },
  body: page('501', 'Not Implemented'),
  closes: true,
});
const malformed = (rule: string, method: string, path: string): LetterRow => ({
  rule: `5.1 ${rule}`,
  request: method === 'POST' ? post(path, halfBody) : bare(method, path),
  status: '400 Bad Request',
  body: error(`Malformed request: ${method} ${path}`),
});
const found = (rule: string, request: string | Buffer, body: string | RegExp): LetterRow => ({
  ...{ rule: `5.1 ${rule}`, request, status: '200 OK', body },
});
const unknown = (rule: string, path: string, text: string): LetterRow => ({
  ...{ rule: `5.1 ${rule}`, request: bare('GET', path), status: '404 Not Found' },
  body: error(text),
});

const status123 =
  '{\n "model_version_status": [\n  {\n   "version": "123",\n   "state": "AVAILABLE",\n   "status": {\n    "error_code": "OK",\n    "error_message": ""\n   }\n  }\n ]\n}\n';
const empty400 = (rule: string, request: string | Buffer): LetterRow => ({
  ...{ rule: `5.1 ${rule}`, request, status: '400 Bad Request', body: '' },
});
const beyond = '9223372036854775808';

/** Of paths and methods (spec 5.1, 5.3). */
export const routeRows: readonly LetterRow[] = [
  notFound('the root is a page', bare('GET', '/')),
  notFound('another version of the API is a page', bare('GET', '/v2/models/half_plus_two')),
  notFound('/v1 without more is a page', bare('GET', '/v1')),
  notFound('any accepted method outside /v1/ has the page', bare('DELETE', '/x')),
  notFound('OPTIONS outside /v1/ has the page', bare('OPTIONS', '/', 'Origin: http://a')),
  {
    ...notFound('HEAD outside /v1/ has the head of the page', bare('HEAD', '/')),
    body: '',
  },
  notFound(
    'the metrics have no page unless they are configured',
    bare('GET', '/monitoring/prometheus/metrics'),
  ),
  notImplemented('TRACE is not implemented', bare('TRACE', half)),
  notImplemented('CONNECT is not implemented', bare('CONNECT', 'a:80')),
  notImplemented('PROPFIND is not implemented', bare('PROPFIND', half)),
  notImplemented('methods that nobody knows are not implemented', bare('FETCH', half)),
  notImplemented('they are not outside /v1/ either', bare('FETCH', '/')),
  malformed('PUT is accepted and malformed', 'PUT', half),
  malformed('DELETE is accepted and malformed', 'DELETE', half),
  malformed('PATCH is accepted and malformed', 'PATCH', half),
  {
    ...malformed('HEAD is accepted and malformed', 'HEAD', half),
    body: '',
  },
  malformed('GET of a verb is malformed', 'GET', `${half}:predict`),
  malformed('POST without a verb is malformed', 'POST', half),
  malformed('POST of an unknown verb is malformed', 'POST', `${half}:explain`),
  malformed('verbs count in lower case only', 'POST', `${half}:Predict`),
  malformed('a path under /v1/ that is nothing is malformed', 'GET', '/v1/'),
  malformed('/v1/models/ is malformed', 'GET', '/v1/models/'),
  malformed('a slash at the end is malformed', 'GET', `${half}/`),
  malformed('a version that is no number is malformed', 'GET', `${half}/versions/a`),
  malformed('an empty version is malformed', 'GET', `${half}/versions/`),
  malformed('version and label together are malformed', 'GET', `${half}/versions/123/labels/x`),
  malformed('metadata of a verb is malformed', 'POST', `${half}/metadata`),
  malformed('a query is part of the path of a verb', 'POST', `${half}:predict?a=1`),
  malformed('a fragment is part of the path of a verb', 'POST', `${half}:predict#a`),
  unknown(
    'a query is part of the name',
    `${half}?a=1`,
    'Could not find any versions of model half_plus_two?a=1',
  ),
  unknown(
    'a fragment is part of the name',
    `${half}#a`,
    'Could not find any versions of model half_plus_two#a',
  ),
  unknown(
    'metadata may be the name of a model',
    '/v1/models/metadata',
    'Could not find any versions of model metadata',
  ),
  unknown(
    'metadata may have metadata',
    '/v1/models/metadata/metadata',
    'Servable not found for request: Latest(metadata)',
  ),
  unknown(
    'a plus stays, escapes are decoded once',
    '/v1/models/a+b%2Bc%252Fd%20e',
    'Could not find any versions of model a+b+c%2Fd e',
  ),
  unknown(
    'escapes are bytes of UTF-8',
    '/v1/models/gr%C3%B6%c3%9fe',
    'Could not find any versions of model größe',
  ),
  unknown(
    'versions may have leading zeros',
    `${half}/versions/0009`,
    'Could not find version 9 of model half_plus_two',
  ),
  unknown(
    'the greatest version is that of int64',
    `${half}/versions/9223372036854775807`,
    'Could not find version 9223372036854775807 of model half_plus_two',
  ),
  empty400('a version beyond int64 has an empty reply', bare('GET', `${half}/versions/${beyond}`)),
  empty400('the same for metadata', bare('GET', `${half}/versions/${beyond}/metadata`)),
  empty400(
    'the same for a verb, whatever its body',
    post(`${half}/versions/${beyond}:predict`, 'no JSON'),
  ),
  ...['', '/versions/1', '/labels/x', '/versions/1/metadata'].map(
    (rest): LetterRow => ({
      rule: `5.1 there is no list of models: /v1/models${rest}`,
      request: bare('GET', `/v1/models${rest}`),
      status: '400 Bad Request',
      body: error('Missing model name in request.'),
    }),
  ),
  found(
    'paths are matched in any case',
    bare('GET', '/V1/Models/half_plus_two/Versions/123'),
    status123,
  ),
  found(
    'those of verbs too',
    post('/V1/MODELS/half_plus_two/VERSIONS/123:predict', halfBody),
    halfReply,
  ),
  found('METADATA is not metadata, but status', bare('GET', `${half}/METADATA`), status123),
  found('names are percent-decoded', bare('GET', '/v1/models/half%5Fplus%5ftwo'), status123),
  found(
    'a slash in a name is an escape',
    post('/v1/models/a%2Fb%3Ac:predict', halfBody),
    halfReply,
  ),
  found('labels are percent-decoded', post(`${half}/labels/st%61ble:predict`, halfBody), halfReply),
  found(
    'a target may have the address of the server in it',
    bare('GET', `http://a:8501${half}`),
    status123,
  ),
  {
    ...found('status has one space for each level', bare('GET', half), status123),
    rule: '5.3 status has one space for each level',
  },
  {
    ...found('', bare('GET', `${half}/labels/none`), status123),
    rule: '5.3 the label of a status is ignored',
  },
  {
    ...found(
      '',
      bare('GET', `${half}/labels/stable/metadata`),
      /^\{\n"model_spec":\{\n "name": "half_plus_two",\n "signature_name": "",\n "version": "123"\n\}\n,\n"metadata": \{"signature_def": \{\n "signature_def": \{\n.*\n\}\n\}\n\}\n$/s,
    ),
    rule: '5.3 the label of metadata is resolved',
  },
  {
    rule: '5.3 metadata of an unknown label',
    request: bare('GET', `${half}/labels/none/metadata`),
    status: '400 Bad Request',
    body: error('Unrecognized servable version label: none'),
  },
];
