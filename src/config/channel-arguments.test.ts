import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readChannelArguments } from './channel-arguments.ts';
import { noEffectWarnings } from './flags-hints.ts';
import { optionsFromFlags } from './flags-options.ts';
import { parseFlags } from './flags-parse.ts';

describe('readChannelArguments', () => {
  const cases: [text: string, options: object, warnings: RegExp[]][] = [
    ['', {}, []],
    ['grpc.max_concurrent_streams=7', { maxConcurrentStreams: 7 }, []],
    ['grpc.max_receive_message_length=-1', { grpcMaxMessageBytes: 2 ** 31 - 1 }, []],
    [
      'grpc.max_receive_message_length=5,,grpc.max_receive_message_length=6',
      { grpcMaxMessageBytes: 6 },
      [],
    ],
    ['grpc.max_send_message_length=9', {}, []],
    ['grpc.some=x', {}, [/: grpc\.some has no effect here\.$/]],
    ['toString=1', {}, [/: toString has no effect here\.$/]],
    ['lonely', {}, [/: lonely is ignored, since it has no value\.$/]],
    ['grpc.max_concurrent_streams=0', {}, [/is ignored: it must be a number above 0/]],
    ['grpc.max_concurrent_streams=4294967296', {}, [/is ignored/]],
    ['grpc.max_concurrent_streams=many', {}, [/is ignored/]],
  ];
  for (const [text, options, warnings] of cases) {
    it(`takes ${JSON.stringify(text)}`, () => {
      const read = readChannelArguments(text);
      assert.deepEqual(read.options, options);
      assert.equal(read.warnings.length, warnings.length);
      for (const [index, warning] of warnings.entries())
        assert.match(read.warnings[index]!, warning);
    });
  }

  it('gives way to the flag that says the same', () => {
    const args = '--grpc_channel_arguments=grpc.max_concurrent_streams=7,grpc.x=1';
    const model = '--model_base_path=/m';
    const parsed = parseFlags([args, model]);
    assert.equal(optionsFromFlags(parsed).maxConcurrentStreams, 7);
    assert.deepEqual(noEffectWarnings(parsed), [
      '--grpc_channel_arguments: grpc.x has no effect here.',
    ]);
    const both = optionsFromFlags(parseFlags([args, model, '--max_concurrent_streams=9']));
    assert.equal(both.maxConcurrentStreams, 9);
  });
});
