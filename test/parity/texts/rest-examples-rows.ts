import { ask, type RestRow } from './rest-row.ts';

const classify = (key: string, body: string, text: string): RestRow =>
  ask(key, '/v1/models/half_plus_two:classify', body, text);
const feature = (key: string, value: string, text: string): RestRow =>
  classify(key, `{"signature_name":"classify_x_to_y","examples":[{"x":${value}}]}`, text);

/** Of Classify and Regress (spec 5.8). */
export const restExamplesRows: readonly RestRow[] = [
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
