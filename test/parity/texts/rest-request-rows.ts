import { ask, askSignature, halfPlusTwo, type RestRow } from './rest-row.ts';

const json = (key: string, body: string, reason: string): RestRow =>
  ask(key, halfPlusTwo, body, `JSON Parse error: ${reason}`);

/** Of the form of a request (spec 5.4, 5.5). */
export const restRequestRows: readonly RestRow[] = [
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
  ask('root', halfPlusTwo, '[1, 2]', 'JSON Value: [1, 2] Is not object'),
  ask(
    'signature-name',
    halfPlusTwo,
    '{"signature_name":5,"instances":[1]}',
    'JSON Value: {\n    "signature_name": 5,\n    "instances": [1]\n} not formatted correctly. \'signature_name\' key must be a string value.',
  ),
  ask(
    'signature',
    halfPlusTwo,
    '{"signature_name":"zz","instances":[1]}',
    'Serving signature name: "zz" not found in signature def',
  ),
  ask(
    'no-inputs',
    '/v1/models/odd:predict',
    '{"signature_name":"no_inputs","instances":[1]}',
    'Failed to get input map for signature: no_inputs',
  ),
  ask(
    'both-keys',
    halfPlusTwo,
    '{"instances":[1],"inputs":[1]}',
    'JSON Value: {\n    "instances": [1],\n    "inputs": [1]\n} Not formatted correctly expecting only one of \'inputs\' or \'instances\' keys to exist ',
  ),
  ask('neither-key', halfPlusTwo, '{}', "Missing 'inputs' or 'instances' key"),
  ask(
    'instances-list',
    halfPlusTwo,
    '{"instances":1}',
    'JSON Value: {\n    "instances": 1\n} Expecting \'instances\' to be an list/array',
  ),
  ask(
    'instances-empty',
    halfPlusTwo,
    '{"instances":[]}',
    'JSON Value: {\n    "instances": []\n} No values in \'instances\' array',
  ),
  askSignature(
    'row-plain-several',
    'add',
    '"instances":[1]',
    'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
  ),
  askSignature(
    'row-object-list',
    'add',
    '"instances":[{"a":1,"b":1},1]',
    'Expecting object but got list at item 1 of input list',
  ),
  ask(
    'row-list-object',
    halfPlusTwo,
    '{"instances":[1,{"x":1}]}',
    'Expecting value/list but got object at item 1 of input list',
  ),
  ask(
    'row-alias',
    halfPlusTwo,
    '{"instances":[{"q":1}]}',
    "Failed to process element: 0 key: q of 'instances' list. Error: INVALID_ARGUMENT: JSON object: does not have named input: q",
  ),
  askSignature(
    'row-keys',
    'add',
    '"instances":[{"a":1}]',
    'Failed to process element: 0 of \'instances\' list. JSON object: {\n    "a": 1\n} keys must be equal to: a,b',
  ),
  ask(
    'row-size',
    halfPlusTwo,
    '{"instances":[[1,2],[1]]}',
    "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting tensor size: 2 but got: 1",
  ),
  ask(
    'row-shape',
    halfPlusTwo,
    '{"instances":[[[1,2],[3,4]],[1,2,3,4]]}',
    "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting shape [2,2] but got: [4]",
  ),
  askSignature(
    'columns-plain-several',
    'add',
    '"inputs":[1]',
    'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map',
  ),
  askSignature(
    'columns-missing',
    'add',
    '"inputs":{"a":1}',
    "Missing named input: b in 'inputs' object.",
  ),
  ask(
    'ragged-size',
    halfPlusTwo,
    '{"inputs":[[1,2],[3]]}',
    'Encountered list at unexpected size: 1 at level: 1 expected size: 2',
  ),
  ask(
    'ragged-level',
    halfPlusTwo,
    '{"inputs":[1,[2]]}',
    'Encountered list at unexpected level: 1 expected < 1',
  ),
  ask(
    'ragged-value',
    halfPlusTwo,
    '{"inputs":[[1],2]}',
    'JSON Value: 2 found at incorrect level: 2 in the JSON DOM. Expected at level: 2',
  ),
];
