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
    [
      'grpc.max_connection_age_ms=5,grpc.max_connection_age_grace_ms=6,grpc.max_connection_idle_ms=7',
      { grpcMaxConnectionAgeMs: 5, grpcMaxConnectionAgeGraceMs: 6, grpcMaxConnectionIdleMs: 7 },
      [],
    ],
    [
      'grpc.keepalive_time_ms=2147483647,grpc.keepalive_timeout_ms=9,grpc.keepalive_permit_without_calls=1',
      {
        grpcKeepaliveTimeMs: 2 ** 31 - 1,
        grpcKeepaliveTimeoutMs: 9,
        grpcKeepalivePermitWithoutCalls: true,
      },
      [],
    ],
    [
      'grpc.http2.min_ping_interval_without_data_ms=0,grpc.http2.max_ping_strikes=0',
      { grpcHttp2MinPingIntervalWithoutDataMs: 0, grpcHttp2MaxPingStrikes: 0 },
      [],
    ],
    ['grpc.keepalive_permit_without_calls=0', { grpcKeepalivePermitWithoutCalls: false }, []],
    ['grpc.keepalive_permit_without_calls=true', {}, [/must be a number, 0 or 1\.$/]],
    ['grpc.keepalive_time_ms=0', {}, [/must be a number above 0\.$/]],
    ['grpc.http2.max_ping_strikes=-1', {}, [/must be a number, 0 or more\.$/]],
    ['grpc_max_connection_age_ms=5', {}, [/has no effect here\.$/]],
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
