import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noEffectWarnings, unknownArgumentWarnings } from './flags-hints.ts';
import { parseFlags } from './flags-parse.ts';

describe('unknownArgumentWarnings', () => {
  const cases: [args: string[], warnings: string[]][] = [
    [[], []],
    [['--port=1'], []],
    [
      ['--port', '8500', '--model_name=m'],
      ['Arguments --port 8500 are ignored: a value follows an equals sign. Write --port=8500.'],
    ],
    [['--port'], ['Argument --port is ignored, since it has no value: write --port=<int32>.']],
    [
      ['--model_name', '--port', '1'],
      [
        'Argument --model_name is ignored, since it has no value: write --model_name=<string>.',
        'Arguments --port 1 are ignored: a value follows an equals sign. Write --port=1.',
      ],
    ],
    [
      ['--check_tensor_shapes', 'false'],
      [
        'Argument false is ignored and --check_tensor_shapes means --check_tensor_shapes=true: write --check_tensor_shapes=false.',
      ],
    ],
    [
      ['--rest-api-port=8501'],
      ['Unknown argument --rest-api-port=8501 is ignored. Did you mean --rest_api_port?'],
    ],
    [['--pord=1'], ['Unknown argument --pord=1 is ignored. Did you mean --port?']],
    [['--prot=1'], ['Unknown argument --prot=1 is ignored. Did you mean --port?']],
    [['-port=1'], ['Unknown argument -port=1 is ignored. Did you mean --port?']],
    [
      ['--rest_port=1'],
      ['Unknown argument --rest_port=1 is ignored. Did you mean --rest_api_port?'],
    ],
    [
      ['--model_path=/m'],
      ['Unknown argument --model_path=/m is ignored. Did you mean --model_base_path?'],
    ],
    [['--zzzzzzzz'], ['Unknown argument --zzzzzzzz is ignored. See --help for all flags.']],
    [
      ['--', '--port=1'],
      ['Argument --port=1 is ignored: it stands behind --, which ends the flags.'],
    ],
  ];
  for (const [args, warnings] of cases) {
    it(`explains ${JSON.stringify(args)}`, () => {
      assert.deepEqual(unknownArgumentWarnings(parseFlags(args)), warnings);
    });
  }
});

describe('noEffectWarnings', () => {
  it('warns once of each flag that does nothing, and only if its value asks for something', () => {
    const quiet = [
      '--prefer_tflite_model=false',
      '--enable_grpc_healthcheck_service',
      '--port=1',
      '--version',
    ];
    assert.deepEqual(noEffectWarnings(parseFlags(quiet)), []);
    const loud = parseFlags([
      '--prefer_tflite_model',
      '--prefer_tflite_model',
      '--mixed_precision=x',
    ]);
    const warnings = noEffectWarnings(loud);
    assert.equal(warnings.length, 2);
    assert.ok(warnings.some((line) => line.startsWith('--prefer_tflite_model has no effect: ')));
    assert.ok(warnings.some((line) => line.startsWith('--mixed_precision has no effect: ')));
  });
});
