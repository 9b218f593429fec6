/** One request over REST, and the error that answers it. */
export interface RestRow {
  /** Of a text in `spec-texts.ts`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly status: number;
  readonly text: string;
}

const half = '/v1/models/half_plus_two:predict';
const many = '/v1/models/multi_signature:predict';
const odd = '/v1/models/odd';

const ask = (key: string, path: string, body: string, text: string, status = 400): RestRow => ({
  ...{ key, method: 'POST', path, body, status, text },
});
const json = (key: string, body: string, reason: string): RestRow =>
  ask(key, half, body, `JSON Parse error: ${reason}`);
const signed = (key: string, name: string, rest: string, text: string, status = 400): RestRow =>
  ask(key, many, `{"signature_name":"${name}",${rest}}`, text, status);
const element = (text: string) =>
  `Failed to process element: 0 of 'instances' list. Error: INVALID_ARGUMENT: ${text}`;
const classify = (key: string, body: string, text: string): RestRow =>
  ask(key, '/v1/models/half_plus_two:classify', body, text);
const feature = (key: string, value: string, text: string): RestRow =>
  classify(key, `{"signature_name":"classify_x_to_y","examples":[{"x":${value}}]}`, text);

/** In the order of the spec. */
export const restRows: readonly RestRow[] = [
  ask(
    'lookup-latest',
    '/v1/models/nope:predict',
    '{"instances":[1]}',
    'Servable not found for request: Latest(nope)',
    404,
  ),
  ask(
    'lookup-latest#space',
    '/v1/models/a%2Fb%3A%20+:predict',
    '{"instances":[1]}',
    'Servable not found for request: Latest(a/b: +)',
    404,
  ),
  ask(
    'lookup-specific',
    '/v1/models/half_plus_two/versions/9:predict',
    '{"instances":[1]}',
    'Servable not found for request: Specific(half_plus_two, 9)',
    404,
  ),
  ask(
    'lookup-label',
    '/v1/models/half_plus_two/labels/x:predict',
    '{"instances":[1]}',
    'Unrecognized servable version label: x',
  ),
  {
    key: 'malformed',
    method: 'PUT',
    path: '/v1/models/half_plus_two',
    status: 400,
    text: 'Malformed request: PUT /v1/models/half_plus_two',
  },
  {
    key: 'malformed#verb',
    method: 'GET',
    path: half,
    status: 400,
    text: `Malformed request: GET ${half}`,
  },
  ask(
    'malformed#case',
    '/v1/models/half_plus_two:PREDICT',
    '{}',
    'Malformed request: POST /v1/models/half_plus_two:PREDICT',
  ),
  ask('malformed#query', `${half}?a=1`, '{}', `Malformed request: POST ${half}?a=1`),
  ask(
    'malformed#both',
    '/v1/models/m/versions/1/labels/x:predict',
    '{}',
    'Malformed request: POST /v1/models/m/versions/1/labels/x:predict',
  ),
  {
    key: 'malformed#delete',
    method: 'DELETE',
    path: '/v1/x',
    status: 400,
    text: 'Malformed request: DELETE /v1/x',
  },
  {
    key: 'malformed#patch',
    method: 'PATCH',
    path: '/V1/x',
    status: 400,
    text: 'Malformed request: PATCH /V1/x',
  },
  {
    key: 'no-name',
    method: 'GET',
    path: '/v1/models',
    status: 400,
    text: 'Missing model name in request.',
  },
  {
    key: 'status-model#metadata',
    method: 'GET',
    path: '/v1/models/metadata',
    status: 404,
    text: 'Could not find any versions of model metadata',
  },
  {
    key: 'status-model',
    method: 'GET',
    path: '/v1/models/nope',
    status: 404,
    text: 'Could not find any versions of model nope',
  },
  {
    key: 'status-model#query',
    method: 'GET',
    path: '/v1/models/half_plus_two?a',
    status: 404,
    text: 'Could not find any versions of model half_plus_two?a',
  },
  {
    key: 'status-version',
    method: 'GET',
    path: '/v1/models/half_plus_two/versions/9',
    status: 404,
    text: 'Could not find version 9 of model half_plus_two',
  },
  {
    key: 'lookup-latest#metadata',
    method: 'GET',
    path: '/v1/models/nope/metadata',
    status: 404,
    text: 'Servable not found for request: Latest(nope)',
  },
  {
    key: 'lookup-label#metadata',
    method: 'GET',
    path: '/v1/models/half_plus_two/labels/x/metadata',
    status: 400,
    text: 'Unrecognized servable version label: x',
  },
  json('json-zero-length', '', 'The document is empty'),
  json('json-empty', ' ', 'The document is empty. at offset: 1'),
  json('json-value', 'this is not json', 'Invalid value. at offset: 1'),
  json('json-name', '{1', 'Missing a name for object member. at offset: 1'),
  json('json-colon', '{"a" 1', 'Missing a colon after a name of object member. at offset: 5'),
  json('json-object', '{"a":1 2', "Missing a comma or '}' after an object member. at offset: 7"),
  json('json-array', '{"a":[1 2', "Missing a comma or ']' after an array element. at offset: 8"),
  json(
    'json-hex',
    '{"a":"\\u00zz"}',
    'Incorrect hex digit after \\u escape in string. at offset: 6',
  ),
  json(
    'json-surrogate',
    '{"a":"\\ud800"}',
    'The surrogate pair in string is invalid. at offset: 6',
  ),
  json('json-escape', '{"a":"\\x"}', 'Invalid escape character in string. at offset: 6'),
  json('json-quote', '{"a":"b', 'Missing a closing quotation mark in string. at offset: 7'),
  json('json-big', '{"a":1e999}', 'Number too big to be stored in double. at offset: 5'),
  json('json-fraction', '{"a":1.}', 'Miss fraction part in number. at offset: 7'),
  json('json-exponent', '{"a":1e}', 'Miss exponent in number. at offset: 7'),
  ask('root', half, '[1, 2]', 'JSON Value: [1, 2] Is not object'),
  ask(
    'signature-name',
    half,
    '{"signature_name":5,"instances":[1]}',
    'JSON Value: {\n    "signature_name": 5,\n    "instances": [1]\n} not formatted correctly. \'signature_name\' key must be a string value.',
  ),
  ask(
    'signature',
    half,
    '{"signature_name":"zz","instances":[1]}',
    'Serving signature name: "zz" not found in signature def',
  ),
  ask(
    'no-inputs',
    `${odd}:predict`,
    '{"signature_name":"no_inputs","instances":[1]}',
    'Failed to get input map for signature: no_inputs',
  ),
  ask(
    'both-keys',
    half,
    '{"instances":[1],"inputs":[1]}',
    'JSON Value: {\n    "instances": [1],\n    "inputs": [1]\n} Not formatted correctly expecting only one of \'inputs\' or \'instances\' keys to exist ',
  ),
  ask('neither-key', half, '{}', "Missing 'inputs' or 'instances' key"),
  ask(
    'instances-list',
    half,
    '{"instances":1}',
    'JSON Value: {\n    "instances": 1\n} Expecting \'instances\' to be an list/array',
  ),
  ask(
    'instances-empty',
    half,
    '{"instances":[]}',
    'JSON Value: {\n    "instances": []\n} No values in \'instances\' array',
  ),
  signed(
    'row-plain-several',
    'add',
    '"instances":[1]',
    'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
  ),
  signed(
    'row-object-list',
    'add',
    '"instances":[{"a":1,"b":1},1]',
    'Expecting object but got list at item 1 of input list',
  ),
  ask(
    'row-list-object',
    half,
    '{"instances":[1,{"x":1}]}',
    'Expecting value/list but got object at item 1 of input list',
  ),
  ask(
    'row-alias',
    half,
    '{"instances":[{"q":1}]}',
    "Failed to process element: 0 key: q of 'instances' list. Error: INVALID_ARGUMENT: JSON object: does not have named input: q",
  ),
  signed(
    'row-keys',
    'add',
    '"instances":[{"a":1}]',
    'Failed to process element: 0 of \'instances\' list. JSON object: {\n    "a": 1\n} keys must be equal to: a,b',
  ),
  ask(
    'row-size',
    half,
    '{"instances":[[1,2],[1]]}',
    "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting tensor size: 2 but got: 1",
  ),
  ask(
    'row-shape',
    half,
    '{"instances":[[[1,2],[3,4]],[1,2,3,4]]}',
    "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting shape [2,2] but got: [4]",
  ),
  signed(
    'columns-plain-several',
    'add',
    '"inputs":[1]',
    'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map',
  ),
  signed(
    'columns-missing',
    'add',
    '"inputs":{"a":1}',
    "Missing named input: b in 'inputs' object.",
  ),
  ask(
    'ragged-size',
    half,
    '{"inputs":[[1,2],[3]]}',
    'Encountered list at unexpected size: 1 at level: 1 expected size: 2',
  ),
  ask(
    'ragged-level',
    half,
    '{"inputs":[1,[2]]}',
    'Encountered list at unexpected level: 1 expected < 1',
  ),
  ask(
    'ragged-value',
    half,
    '{"inputs":[[1],2]}',
    'JSON Value: 2 found at incorrect level: 2 in the JSON DOM. Expected at level: 2',
  ),
  signed(
    'type',
    'echo_float32',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: float'),
  ),
  signed(
    'type#null',
    'echo_float64',
    '"instances":[null]',
    element('JSON Value: null Type: Null is not of expected type: double'),
  ),
  signed(
    'type#true',
    'echo_int32',
    '"instances":[true]',
    element('JSON Value: true Type: True is not of expected type: int32'),
  ),
  signed(
    'type#false',
    'echo_int64',
    '"instances":[false]',
    element('JSON Value: false Type: False is not of expected type: int64'),
  ),
  signed(
    'type#fraction',
    'echo_int32',
    '"instances":[1.0]',
    element('JSON Value: 1.0 Type: Number is not of expected type: int32'),
  ),
  signed(
    'type#bool',
    'echo_bool',
    '"instances":[1]',
    element('JSON Value: 1 Type: Number is not of expected type: bool'),
  ),
  signed(
    'type#int8',
    'echo_int8',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: int8'),
  ),
  signed(
    'type#int16',
    'echo_int16',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: int16'),
  ),
  signed(
    'type#uint8',
    'echo_uint8',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: uint8'),
  ),
  signed(
    'type#uint32',
    'echo_uint32',
    '"instances":[-1]',
    element('JSON Value: -1 Type: Number is not of expected type: uint32'),
  ),
  signed(
    'type#uint64',
    'echo_uint64',
    '"instances":[-1]',
    element('JSON Value: -1 Type: Number is not of expected type: uint64'),
  ),
  signed(
    'type#string',
    'echo_string',
    '"instances":[1]',
    element('JSON Value: 1 Type: Number is not of expected type: string'),
  ),
  signed(
    'conversion',
    'echo_float16',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: half',
    501,
  ),
  signed(
    'conversion#bfloat16',
    'echo_bfloat16',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: bfloat16',
    501,
  ),
  signed(
    'conversion#uint16',
    'echo_uint16',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: uint16',
    501,
  ),
  signed(
    'conversion#complex64',
    'echo_complex64',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: complex64',
    501,
  ),
  signed(
    'base64-format',
    'echo_string',
    '"inputs":[{"b64":1}]',
    'JSON Value: {\n    "b64": 1\n} not formatted correctly for base64 data',
  ),
  signed('base64-text', 'echo_string', '"inputs":[{"b64":"!"}]', 'Unable to base64 decode'),
  ask(
    'no-shape',
    `${odd}:predict`,
    '{"instances":[1]}',
    'Tensor name: y has no shape information ',
  ),
  ask(
    'batch-size',
    `${odd}:predict`,
    '{"signature_name":"uneven","instances":[1]}',
    'Tensor name: b has inconsistent batch size: 3 expecting: 1',
  ),
  signed(
    'output-type',
    'to_half',
    '"instances":[1]',
    'Failed to write JSON value for tensor type: half',
  ),
  classify(
    'examples-missing',
    '{}',
    "JSON Value: {} When method is classify, key 'examples' is expected and was not found",
  ),
  ask(
    'examples-missing#regress',
    '/v1/models/half_plus_two:regress',
    '{}',
    "JSON Value: {} When method is classify, key 'examples' is expected and was not found",
  ),
  classify(
    'examples-list',
    '{"examples":1}',
    'JSON Value: {\n    "examples": 1\n} Expecting \'examples\' value to be an list/array',
  ),
  classify(
    'examples-empty',
    '{"examples":[]}',
    'JSON Value: {\n    "examples": []\n} \'examples\' value is an empty array',
  ),
  classify('example-object', '{"examples":[1]}', 'Example must be JSON object but got JSON Number'),
  feature('feature-kind', '[1,2.5]', 'Unexpected element type in feature: x expecting type: int64'),
  feature(
    'feature-kind#bytes',
    '["a",1]',
    'Unexpected element type in feature: x expecting type: bytes',
  ),
  feature(
    'feature-kind#float',
    '[1.5,"a"]',
    'Unexpected element type in feature: x expecting type: float',
  ),
  feature('feature-type', 'null', 'Feature: x has element with unexpected JSON type: Null'),
  feature('feature-type#list', '[[1]]', 'Feature: x has element with unexpected JSON type: Array'),
  feature(
    'feature-type#object',
    '{"a":1}',
    'Feature: x has element with unexpected JSON type: Object',
  ),
  feature(
    'feature-uint64',
    '18446744073709551615',
    'Feature: x has uint64_t element. Only int64_t is supported.',
  ),
];
