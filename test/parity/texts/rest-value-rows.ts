import { ask, askSignature, type RestRow } from './rest-row.ts';

const element = (text: string) =>
  `Failed to process element: 0 of 'instances' list. Error: INVALID_ARGUMENT: ${text}`;

/** Of values, outputs and runs (spec 5.6, 5.7, 5.9, 5.11). */
export const restValueRows: readonly RestRow[] = [
  askSignature(
    'type',
    'echo_float32',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: float'),
  ),
  askSignature(
    'type#null',
    'echo_float64',
    '"instances":[null]',
    element('JSON Value: null Type: Null is not of expected type: double'),
  ),
  askSignature(
    'type#true',
    'echo_int32',
    '"instances":[true]',
    element('JSON Value: true Type: True is not of expected type: int32'),
  ),
  askSignature(
    'type#false',
    'echo_int64',
    '"instances":[false]',
    element('JSON Value: false Type: False is not of expected type: int64'),
  ),
  askSignature(
    'type#fraction',
    'echo_int32',
    '"instances":[1.0]',
    element('JSON Value: 1.0 Type: Number is not of expected type: int32'),
  ),
  askSignature(
    'type#bool',
    'echo_bool',
    '"instances":[1]',
    element('JSON Value: 1 Type: Number is not of expected type: bool'),
  ),
  askSignature(
    'type#int8',
    'echo_int8',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: int8'),
  ),
  askSignature(
    'type#int16',
    'echo_int16',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: int16'),
  ),
  askSignature(
    'type#uint8',
    'echo_uint8',
    '"instances":["a"]',
    element('JSON Value: "a" Type: String is not of expected type: uint8'),
  ),
  askSignature(
    'type#uint32',
    'echo_uint32',
    '"instances":[-1]',
    element('JSON Value: -1 Type: Number is not of expected type: uint32'),
  ),
  askSignature(
    'type#uint64',
    'echo_uint64',
    '"instances":[-1]',
    element('JSON Value: -1 Type: Number is not of expected type: uint64'),
  ),
  askSignature(
    'type#string',
    'echo_string',
    '"instances":[1]',
    element('JSON Value: 1 Type: Number is not of expected type: string'),
  ),
  askSignature(
    'conversion',
    'echo_float16',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: half',
    501,
  ),
  askSignature(
    'conversion#bfloat16',
    'echo_bfloat16',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: bfloat16',
    501,
  ),
  askSignature(
    'conversion#uint16',
    'echo_uint16',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: uint16',
    501,
  ),
  askSignature(
    'conversion#complex64',
    'echo_complex64',
    '"inputs":[1]',
    'Conversion of JSON Value: 1 to type: complex64',
    501,
  ),
  askSignature(
    'base64-format',
    'echo_string',
    '"inputs":[{"b64":1}]',
    'JSON Value: {\n    "b64": 1\n} not formatted correctly for base64 data',
  ),
  askSignature('base64-text', 'echo_string', '"inputs":[{"b64":"!"}]', 'Unable to base64 decode'),
  ask(
    'no-shape',
    '/v1/models/odd:predict',
    '{"instances":[1]}',
    'Tensor name: y has no shape information ',
  ),
  ask(
    'batch-size',
    '/v1/models/odd:predict',
    '{"signature_name":"uneven","instances":[1]}',
    'Tensor name: b has inconsistent batch size: 3 expecting: 1',
  ),
  askSignature(
    'output-type',
    'to_half',
    '"instances":[1]',
    'Failed to write JSON value for tensor type: half',
  ),
  {
    ...ask(
      'run-timeout',
      '/v1/models/loops:predict',
      '{"signature_name":"nested","inputs":{"rounds":100000000,"x":[1]}}',
      'Timed out waiting for notification',
      504,
    ),
    server: 'strict',
  },
  {
    key: 'metrics-path',
    method: 'GET',
    path: '/monitoring/prometheus/metrics?a=1',
    status: 400,
    text: 'Unexpected path: /monitoring/prometheus/metrics?a=1. Should be /monitoring/prometheus/metrics',
    isPlain: true,
    server: 'strict',
  },
];
