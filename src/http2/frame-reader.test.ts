import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionFault, ErrorCode } from './faults.ts';
import { FrameType, frameHeaderLength, writeFrameHeader } from './frame.ts';
import { clientPreface, FrameReader, type FrameReceiver } from './frame-reader.ts';

const maxFrameBytes = 1 << 20;

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(frameHeaderLength);
  writeFrameHeader(header, 0, payload.length, type, flags, streamId);
  return Buffer.concat([header, payload]);
}

/** Writes down what it is told; content of one frame in one piece. */
class Recorder implements FrameReceiver {
  readonly seen: string[] = [];
  #content = '';

  dataFrame(streamId: number, length: number, endsStream: boolean): void {
    this.seen.push(`DATA ${streamId} ${length}${endsStream ? ' end' : ''}`);
    this.#content = '';
  }

  dataPiece(piece: Uint8Array): void {
    this.#content += Buffer.from(piece).toString('latin1');
  }

  dataEnd(): void {
    this.seen.push(`content ${this.#content}`);
  }

  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    const text = Buffer.from(payload).toString('latin1');
    this.seen.push(`frame ${type} ${flags} ${streamId} ${text}`);
  }
}

const settings = frame(FrameType.settings, 0, 0, Buffer.from('123456'));
const bytes = Buffer.concat([
  clientPreface,
  settings,
  frame(FrameType.headers, 4, 1, Buffer.from('a block of fields')),
  frame(FrameType.data, 0, 1, Buffer.from('content')),
  frame(FrameType.data, 0, 1, Buffer.alloc(0)),
  frame(FrameType.data, 8, 1, Buffer.from('\x03padded\0\0\0')),
  frame(FrameType.data, 8, 1, Buffer.from('\x02\0\0')),
  frame(FrameType.data, 9, 1, Buffer.from('\0last')),
  frame(99, 7, 5, Buffer.from('of a type that nobody knows')),
  frame(FrameType.ping, 0, 0, Buffer.from('12345678')),
]);
const seen = [
  'frame 4 0 0 123456',
  'frame 1 4 1 a block of fields',
  'DATA 1 7',
  'content content',
  'DATA 1 0',
  'content ',
  'DATA 1 10',
  'content padded',
  'DATA 1 3',
  'content ',
  'DATA 1 5 end',
  'content last',
  'frame 99 7 5 ',
  'frame 6 0 0 12345678',
];

test('reads the same frames wherever their bytes are cut', () => {
  for (let cut = 0; cut <= bytes.length; cut++) {
    const recorder = new Recorder();
    const reader = new FrameReader(recorder, maxFrameBytes);
    reader.read(bytes.subarray(0, cut));
    reader.read(bytes.subarray(cut));
    assert.deepEqual(recorder.seen, seen, `cut at ${cut}`);
  }
  for (const size of [1, 2, 3, 7]) {
    const recorder = new Recorder();
    const reader = new FrameReader(recorder, maxFrameBytes);
    for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size));
    assert.deepEqual(recorder.seen, seen, `pieces of ${size}`);
  }
});

test('refuses what is not HTTP/2', () => {
  const begin = [clientPreface, settings];
  const cases: [name: string, code: number, parts: Uint8Array[]][] = [
    ['HTTP/1', ErrorCode.protocolError, [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    [
      'a first frame of another type',
      ErrorCode.protocolError,
      [clientPreface, frame(FrameType.ping, 0, 0, Buffer.alloc(8))],
    ],
    [
      'an acknowledgement as the first frame',
      ErrorCode.protocolError,
      [clientPreface, frame(FrameType.settings, 1, 0, Buffer.alloc(0))],
    ],
    [
      'a frame that is too long',
      ErrorCode.frameSizeError,
      [...begin, frame(FrameType.data, 0, 1, Buffer.alloc(maxFrameBytes + 1))],
    ],
    [
      'a long frame that would have to be kept',
      ErrorCode.enhanceYourCalm,
      [...begin, frame(FrameType.headers, 4, 1, Buffer.alloc(70_000))],
    ],
    [
      'more padding than payload',
      ErrorCode.protocolError,
      [...begin, frame(FrameType.data, 8, 1, Buffer.from('\x05abc'))],
    ],
    [
      'padding without a length',
      ErrorCode.frameSizeError,
      [...begin, frame(FrameType.data, 8, 1, Buffer.alloc(0))],
    ],
  ];
  for (const [name, code, parts] of cases) {
    const reader = new FrameReader(new Recorder(), maxFrameBytes);
    assert.throws(
      () => reader.read(Buffer.concat(parts)),
      (error) => error instanceof ConnectionFault && error.code === code,
      name,
    );
  }
});
