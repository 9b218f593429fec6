import { error, type LetterRow, post } from './rest-row.ts';

const model = (name: string) => `/v1/models/${name}:predict`;

/** A request that is answered, and the reply; both without their outer braces. */
type Answered = readonly [rule: string, body: string | Buffer, reply: string];
const answered =
  (section: string, path: string) =>
  ([rule, body, reply]: Answered): LetterRow => ({
    rule: `${section} ${rule}`,
    request: post(path, body),
    status: '200 OK',
    body: reply,
  });
const refused =
  (section: string) =>
  ([rule, body, text]: Answered): LetterRow => ({
    rule: `${section} ${rule}`,
    request: post(model('half_plus_two'), body),
    status: '400 Bad Request',
    body: error(text),
  });

/** A `:predict` in columns on a signature that gives back what it is given. */
const echo =
  (section: string) =>
  ([rule, type, inputs, outputs]: readonly [
    rule: string,
    type: string,
    inputs: string,
    outputs: string,
  ]): LetterRow => ({
    rule: `${section} ${rule}`,
    request: post(model('multi_signature'), `{"signature_name":"echo_${type}","inputs":${inputs}}`),
    status: '200 OK',
    body: `{"outputs":${outputs}}`,
  });
const mismatch = ([type, value, shown, kind, dtype]: readonly [
  type: string,
  value: string,
  shown: string,
  kind: string,
  dtype: string,
]): LetterRow => ({
  rule: `5.6 ${type} is not ${value}`,
  request: post(model('multi_signature'), `{"signature_name":"echo_${type}","inputs":[${value}]}`),
  status: '400 Bad Request',
  body: error(`JSON Value: ${shown} Type: ${kind} is not of expected type: ${dtype}`),
});

const halfPlusTwo = answered('5.5', model('half_plus_two'));
const grammar = answered('5.4', model('half_plus_two'));
const many = answered('5.5', model('multi_signature'));
const syntax = refused('5.4');
const bytes = answered('5.7', model('bytes_output'));
const printed = echo('5.7');
const coerced = echo('5.6');
const parse = 'JSON Parse error: ';

/** Of bodies: their grammar, form, values and replies (spec 5.4 to 5.8). */
export const valueRows: readonly LetterRow[] = [
  ...(
    [
      [
        'what comes behind the first value is ignored',
        '{"inputs":1} and more {',
        '{"outputs":2.5}',
      ],
      ['a byte order mark is skipped', '\ufeff{"inputs":1}', '{"outputs":2.5}'],
      ['white space is anywhere', ' \t\r\n{ "inputs" : [ 1 ] } ', '{"outputs":[2.5]}'],
      ['the first of equal keys counts', '{"inputs":1,"inputs":3}', '{"outputs":2.5}'],
      ['unknown keys are ignored', '{"a":{"b":[null]},"inputs":1}', '{"outputs":2.5}'],
      ['keys may have escapes', '{"\\u0069nputs":1}', '{"outputs":2.5}'],
      [
        'NaN and infinities are numbers',
        '{"inputs":[NaN,Inf,-Infinity]}',
        '{"outputs":[NaN,Infinity,-Infinity]}',
      ],
      [
        'integers beyond uint64 are doubles',
        '{"inputs":18446744073709551616}',
        '{"outputs":9.22337204e+18}',
      ],
    ] as const
  ).map(grammar),
  ...(
    [
      ['no comma at the end of a list', '[1,]', `${parse}Invalid value. at offset: 3`],
      [
        'no comma at the end of an object',
        '{"inputs":1,}',
        `${parse}Missing a name for object member. at offset: 12`,
      ],
      ['no comments', '{"inputs":/**/1}', `${parse}Invalid value. at offset: 10`],
      [
        'no zero before a digit',
        '{"inputs":01}',
        `${parse}Missing a comma or '}' after an object member. at offset: 11`,
      ],
      ['no plus', '{"inputs":+1}', `${parse}Invalid value. at offset: 10`],
      ['no point before all digits', '{"inputs":.5}', `${parse}Invalid value. at offset: 10`],
      [
        'no single quotes',
        "{'inputs':1}",
        `${parse}Missing a name for object member. at offset: 1`,
      ],
      ['a list is no request', '[1, "a"]', 'JSON Value: [1, "a"] Is not object'],
      ['a string is no request', '"a"', 'JSON Value: "a" Is not object'],
      [
        'a value in an error is cut',
        `[${'1,'.repeat(200)}1]`,
        `JSON Value: [${'1, '.repeat(85)}1 Is not object`,
      ],
    ] as const
  ).map(syntax),
  ...(
    [
      ['rows of values', '{"instances":[1,2]}', '{"predictions":[2.5,3.0]}'],
      ['rows of lists', '{"instances":[[1],[2]]}', '{"predictions":[[2.5],[3.0]]}'],
      ['rows of objects', '{"instances":[{"x":1},{"x":2}]}', '{"predictions":[2.5,3.0]}'],
      ['columns of one input', '{"inputs":[1,2]}', '{"outputs":[2.5,3.0]}'],
      ['columns by name', '{"inputs":{"x":[1,2]}}', '{"outputs":[2.5,3.0]}'],
      ['a scalar has rank 0', '{"inputs":1}', '{"outputs":2.5}'],
      ['an empty list has dimension 0', '{"inputs":[]}', '{"outputs":[]}'],
      ['empty lists in lists', '{"inputs":[[],[]]}', '{"outputs":[[],[]]}'],
      ['empty rows', '{"instances":[[],[]]}', '{"predictions":[[],[]]}'],
      [
        'the default signature by its name',
        '{"signature_name":"serving_default","inputs":1}',
        '{"outputs":2.5}',
      ],
      [
        'an empty name is the default signature',
        '{"signature_name":"","inputs":1}',
        '{"outputs":2.5}',
      ],
    ] as const
  ).map(halfPlusTwo),
  ...(
    [
      [
        'rows of several inputs, in any order',
        '{"signature_name":"add","instances":[{"a":1,"b":2},{"b":4,"a":3}]}',
        '{"predictions":[3.0,7.0]}',
      ],
      [
        'columns of several inputs, and one that is unknown',
        '{"signature_name":"add","inputs":{"a":1,"q":[{}],"b":2}}',
        '{"outputs":3.0}',
      ],
    ] as const
  ).map(many),
  ...(
    [
      [
        'floats are of any number',
        'float32',
        '[1,2.5,1e2,-0,-0.0,1e39]',
        '[1.0,2.5,100.0,0.0,-0.0,Infinity]',
      ],
      [
        'int64 is exact',
        'int64',
        '[9223372036854775807,-9223372036854775808,9007199254740993]',
        '[9223372036854775807,-9223372036854775808,9007199254740993]',
      ],
      ['uint64 is exact', 'uint64', '[18446744073709551615,0]', '[18446744073709551615,0]'],
      ['int32 to its ends', 'int32', '[2147483647,-2147483648]', '[2147483647,-2147483648]'],
      ['uint32 to its end', 'uint32', '[4294967295]', '[4294967295]'],
      ['int8 wraps', 'int8', '[300,-129]', '[44,127]'],
      ['uint8 wraps', 'uint8', '[300,-1]', '[44,255]'],
      ['int16 wraps', 'int16', '[40000,-40000]', '[-25536,25536]'],
      ['bool', 'bool', '[true,false]', '[true,false]'],
      ['strings are their UTF-8', 'string', '["\\u00e9\\ud83d\\ude00","YQ=="]', '["é😀","YQ=="]'],
      [
        'base64 with and without padding, with white space',
        'string',
        '[{"b64":"YQ=="},{"b64":"YQ"},{"b64":" Y W J j\\n"},{"b64":""}]',
        '["a","a","abc",""]',
      ],
    ] as const
  ).map(coerced),
  ...(
    [
      ['float32', '"1"', '"1"', 'String', 'float'],
      ['float64', 'null', 'null', 'Null', 'double'],
      ['int32', '1.0', '1.0', 'Number', 'int32'],
      ['int32', '1e3', '1000.0', 'Number', 'int32'],
      ['int32', '2147483648', '2147483648', 'Number', 'int32'],
      ['int8', '2147483648', '2147483648', 'Number', 'int8'],
      ['int64', '9223372036854775808', '9223372036854775808', 'Number', 'int64'],
      ['uint64', '-1', '-1', 'Number', 'uint64'],
      ['uint32', '4294967296', '4294967296', 'Number', 'uint32'],
      ['bool', '1', '1', 'Number', 'bool'],
      ['string', 'true', 'true', 'True', 'string'],
    ] as const
  ).map(mismatch),
  ...(
    [
      [
        'float has six digits, or nine',
        'float32',
        '[0.5,0.1,0.3333333333333333,16777216,1e6,123456,1234567,1e-5,9e6,3.4028234663852886e38]',
        '[0.5,0.1,0.333333343,16777216.0,1e+06,123456.0,1234567.0,1e-05,9e+06,3.40282347e+38]',
      ],
      [
        'double has six digits, or seventeen',
        'float64',
        '[0.1,0.3333333333333333,123456789,1e300,1e21]',
        '[0.1,0.33333333333333331,123456789.0,1e+300,1e+21]',
      ],
      [
        'strings have their escapes',
        'string',
        '["\\u0001\\u001f\\b\\f\\n\\r\\t\\"\\\\\\/\\u007f"]',
        '["\\u0001\\u001F\\b\\f\\n\\r\\t\\"\\\\/\u007f"]',
      ],
      ['a scalar', 'int64', '7', '7'],
      ['no elements', 'string', '[]', '[]'],
      ['several dimensions, one of them 0', 'int32', '[[[],[]]]', '[[[],[]]]'],
    ] as const
  ).map(printed),
  {
    rule: '5.7 strings that are not UTF-8 are as they are',
    request: post(
      model('multi_signature'),
      '{"signature_name":"echo_string","inputs":[{"b64":"/yjA"}]}',
    ),
    status: '200 OK',
    body: '{"outputs":["\xff\x28\xc0"]}',
    isLatin1: true,
  },
  ...(
    [
      [
        'an output that ends in _bytes is base64',
        '{"signature_name":"only_bytes","instances":[{"b64":"/w=="}]}',
        '{"predictions":[{"b64":"/wD/"}]}',
      ],
      [
        'the same in columns',
        '{"signature_name":"only_bytes","inputs":["a"]}',
        '{"outputs":[{"b64":"YQD/"}]}',
      ],
      [
        'the same as a scalar',
        '{"signature_name":"scalar","inputs":"a"}',
        '{"outputs":{"b64":"QQ=="}}',
      ],
      [
        'several outputs are objects in rows',
        '{"instances":["a"]}',
        '{"predictions":[{"copy_bytes":{"b64":"YQ=="},"length":1,"text":"YQ"}]}',
      ],
      [
        'and one object in columns',
        '{"inputs":["a"]}',
        '{"outputs":{"copy_bytes":[{"b64":"YQ=="}],"length":[1],"text":["YQ"]}}',
      ],
    ] as const
  ).map(bytes),
  {
    rule: '5.8 classify',
    request: post(
      '/v1/models/half_plus_two:classify',
      '{"signature_name":"classify_x_to_y","examples":[{"x":1.0},{"x":[2.0]}]}',
    ),
    status: '200 OK',
    body: '{"results":[[["",2.5]],[["",3.0]]]}',
  },
  {
    rule: '5.8 regress, with a context that an example overrules',
    request: post(
      '/v1/models/half_plus_two:regress',
      '{"signature_name":"regress_x_to_y","context":{"x":1.0},"examples":[{},{"x":2.0}]}',
    ),
    status: '200 OK',
    body: '{"results":[2.5,3.0]}',
  },
];
