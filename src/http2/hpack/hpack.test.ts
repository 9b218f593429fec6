import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionFault, ErrorCode } from '../faults.ts';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder, type ReplyFields } from './encoder.ts';
import { decodeHuffman } from './huffman.ts';
import { staticTable } from './static-table.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function decode(decoder: HpackDecoder, block: Uint8Array): string[] {
  const fields: string[] = [];
  decoder.decode(block, (name, value) => fields.push(`${name}: ${value}`));
  return fields;
}

const isCompressionError = (error: unknown): boolean =>
  error instanceof ConnectionFault && error.code === ErrorCode.compressionError;

test('the static table has the entries of the specification', () => {
  assert.equal(staticTable.length, 61);
  assert.deepEqual(staticTable[7], { name: ':status', value: '200' });
  assert.deepEqual(staticTable[15], { name: 'accept-encoding', value: 'gzip, deflate' });
  assert.deepEqual(staticTable[30], { name: 'content-type', value: '' });
  assert.deepEqual(staticTable[60], { name: 'www-authenticate', value: '' });
});

// RFC 7541, C.3 and C.4: the same requests as they are, and as Huffman codes.
const requests = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [
    ':method: GET',
    ':scheme: http',
    ':path: /',
    ':authority: www.example.com',
    'cache-control: no-cache',
  ],
  [
    ':method: GET',
    ':scheme: https',
    ':path: /index.html',
    ':authority: www.example.com',
    'custom-key: custom-value',
  ],
];
const asTheyAre = [
  '828684410f7777772e6578616d706c652e636f6d',
  '828684be58086e6f2d6361636865',
  '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
];
const asHuffmanCodes = [
  '828684418cf1e3c2e5f23a6ba0ab90f4ff',
  '828684be5886a8eb10649cbf',
  '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
];

for (const [name, blocks] of [
  ['as they are', asTheyAre],
  ['as Huffman codes', asHuffmanCodes],
] as const) {
  test(`decodes the specification's requests, ${name}`, () => {
    const decoder = new HpackDecoder();
    for (const [i, block] of blocks.entries()) {
      assert.deepEqual(decode(decoder, hex(block)), requests[i]);
    }
  });
}

test('decodes fields that are not to be remembered, and changes of the table', () => {
  const decoder = new HpackDecoder();
  assert.deepEqual(decode(decoder, hex('040c 2f73616d706c652f70617468')), [':path: /sample/path']);
  assert.deepEqual(decode(decoder, hex('1008 70617373776f7264 06 736563726574')), [
    'password: secret',
  ]);
  const { generation } = decoder;
  decode(decoder, hex('400161 0162'));
  assert.notEqual(decoder.generation, generation);
  assert.deepEqual(decode(decoder, hex('be')), ['a: b']);
  // Made empty, and large again.
  assert.deepEqual(decode(decoder, hex('20 3fe11f 82')), [':method: GET']);
  assert.throws(() => decode(decoder, hex('be')), isCompressionError);
});

test('pushes the oldest fields out of a table that is full', () => {
  const decoder = new HpackDecoder();
  const add = (name: string): string[] =>
    decode(
      decoder,
      Buffer.concat([hex('4001'), Buffer.from(name), hex('7f8907'), Buffer.alloc(1032, 97)]),
    );
  for (const name of ['p', 'q', 'r', 's']) add(name);
  const names = ['be', 'bf', 'c0'].map((index) => decode(decoder, hex(index))[0]![0]);
  assert.deepEqual(names, ['s', 'r', 'q']);
  assert.throws(() => decode(decoder, hex('c1')), isCompressionError);
});

test('refuses what is no block of header fields', () => {
  const blocks = {
    'an index of nothing': '80',
    'an index behind the table': 'be',
    'a string longer than the block': '0001 61 05 62',
    'a block that ends within a field': '0001 61',
    'a number that never ends': `7f${'80'.repeat(20)}`,
    'a number that is too large': '7fffffffff7f',
    'a table larger than allowed': '3fe21f',
    'a change of the table behind a field': '82 20',
    'padding of a code that is not all ones': '0081 18 0161',
    'padding of a whole byte': '0082 1fff 0161',
    'the end of a string as a code': '0084 ffffffff 0161',
  };
  for (const [name, block] of Object.entries(blocks)) {
    assert.throws(() => decode(new HpackDecoder(), hex(block)), isCompressionError, name);
  }
});

// All bytes in their order, as golang.org/x/net/http2/hpack encodes them.
const allBytes = [
  'ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabff',
  'ffffdfffffebfffffecfffffedfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffff',
  'd7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b7',
  '1d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9cff7ff7fffc3ff9ffe45fff',
  '4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ff',
  'ff53fffd5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffff',
  'eeffffc3ffff8bffff1ffffe4fffee7fffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7ff',
  'fee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1fffdfffff7fffff5ffffecffff07fff87fffe0ffff17f',
  'ffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1fffebfffe3',
  'ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8ffff',
  'fe6fffffc1fffff87ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97f',
  'ffb3ffffcffffb7fffcdffff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4fffff5fffffabffff',
  'a7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fffffff7ffffecfffffdbfffffb',
  'bfffff7ffffff0fffffbbf',
].join('');

test('decodes every byte of a Huffman code', () => {
  assert.equal(decodeHuffman(hex('f1e3c2e5f23a6ba0ab90f4ff'), 0, 12), 'www.example.com');
  assert.equal(
    decodeHuffman(hex('d07abe941054d444a8200595040b8166e082a62d1bff'), 0, 22),
    'Mon, 21 Oct 2013 20:13:21 GMT',
  );
  const bytes = hex(allBytes);
  const decoded = decodeHuffman(bytes, 0, bytes.length);
  assert.equal(decoded, String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte)));
});

const replyFields: ReplyFields = Object.freeze({
  ':status': '200',
  'content-type': 'application/grpc',
  'grpc-accept-encoding': 'identity,deflate,gzip',
});
const trailers: ReplyFields = Object.freeze({ 'grpc-status': '0' });
const asText = [
  ':status: 200',
  'content-type: application/grpc',
  'grpc-accept-encoding: identity,deflate,gzip',
];

test('what it encodes is decoded the same, and gets short and prepared', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const blocks: Uint8Array[] = [];
  for (let i = 0; i < 4; i++) {
    const block = encoder.encode(replyFields);
    blocks.push(block);
    assert.deepEqual(decode(decoder, block), asText);
    assert.deepEqual(decode(decoder, encoder.encode(trailers)), ['grpc-status: 0']);
    const error = { 'grpc-status': '5', 'grpc-message': 'x'.repeat(i * 300) };
    assert.deepEqual(decode(decoder, encoder.encode(error)), [
      'grpc-status: 5',
      `grpc-message: ${error['grpc-message']}`,
    ]);
  }
  assert.equal(blocks[1]!.length, 3);
  assert.equal(blocks[3], blocks[2]);
});

test('a client whose table is smaller is told, and gets fields as they are', () => {
  const encoder = new HpackEncoder();
  // Until it is prepared.
  for (let i = 0; i < 3; i++) encoder.encode(replyFields);
  encoder.tableSize = 0;
  const first = encoder.encode(replyFields);
  assert.equal(first[0], 0x20);
  // Nothing of it counts on the table.
  assert.deepEqual(decode(new HpackDecoder(), first), asText);
  const second = encoder.encode(replyFields);
  assert.notEqual(second[0], 0x20);
  assert.deepEqual(decode(new HpackDecoder(), second), asText);
});

test('a client whose table becomes smaller gets no field by an index of before', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const fields = Object.freeze({ ':status': '200', 'content-type': 'application/grpc' });
  for (let i = 0; i < 3; i++) decode(decoder, encoder.encode(fields));
  encoder.tableSize = 0;
  decode(decoder, encoder.encode({ 'grpc-status': '0' }));
  const text = [':status: 200', 'content-type: application/grpc'];
  assert.deepEqual(decode(decoder, encoder.encode(fields)), text);
});

test('fields that come several times are sent so', () => {
  const encoder = new HpackEncoder();
  const block = encoder.encode({ ':status': '415', 'x-many': ['a', 'b'] });
  assert.deepEqual(decode(new HpackDecoder(), block), [':status: 415', 'x-many: a', 'x-many: b']);
});
