import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClassificationResult, ExampleResult } from '../../inference/index.ts';
import { DType, type StringTensor } from '../../tensor/index.ts';
import { printExamplesReply } from './examples-reply.ts';
import { runToEnd } from './testing/run-to-end.ts';

const print = (result: ExampleResult) =>
  Buffer.from(runToEnd(printExamplesReply(result))).toString('latin1');

function labelsOf(...labels: string[]): StringTensor {
  let end = 0;
  const ends = labels.map(({ length }) => (end += length));
  const bytes = Buffer.from(labels.join(''), 'latin1');
  return {
    dtype: DType.STRING,
    shape: [labels.length],
    bytes,
    offsets: Float64Array.of(0, ...ends),
  };
}

const classification = (
  examples: number,
  classes: number,
  parts: Partial<ClassificationResult>,
): ClassificationResult => ({
  method: 'classify',
  examples,
  classes,
  labels: null,
  scores: null,
  ...parts,
});

test('classifications are lists of labels with scores', () => {
  const labels = labelsOf('a"\n', '\u00ff', '', 'd');
  const scores = Float32Array.of(0.1, 2, Number.NaN, 1e6);
  assert.equal(
    print(classification(2, 2, { labels, scores })),
    '{"results":[[["a\\"\\n",0.1],["\u00ff",2.0]],[["",NaN],["d",1e+06]]]}',
  );
});

test('a missing label is empty, a missing score is 0.0', () => {
  assert.equal(
    print(classification(2, 1, { scores: Float32Array.of(1 / 3, -0) })),
    '{"results":[[["",0.333333343]],[["",-0.0]]]}',
  );
  assert.equal(
    print(classification(1, 2, { labels: labelsOf('a', 'b') })),
    '{"results":[[["a",0.0],["b",0.0]]]}',
  );
  assert.equal(print(classification(2, 0, { labels: labelsOf() })), '{"results":[[],[]]}');
});

test('regressions are numbers', () => {
  const values = Float32Array.of(2.5, 3, Number.POSITIVE_INFINITY, -1e-7);
  assert.equal(print({ method: 'regress', values }), '{"results":[2.5,3.0,Infinity,-1e-07]}');
});

test('results without examples cannot be written', () => {
  assert.throws(() => print(classification(0, 2, { scores: new Float32Array() })), {
    message: 'Cannot convert empty ClassificationResults to JSON',
  });
  assert.throws(() => print({ method: 'regress', values: new Float32Array() }), {
    message: 'Cannot convert empty RegressionResults to JSON',
  });
});

test('large results are printed in many steps, and come out whole', () => {
  const values = Float32Array.from({ length: 100_000 }, (_, i) => i / 4);
  const labels = labelsOf('x'.repeat(100_000), ...Array.from({ length: 49_999 }, (_, i) => `${i}`));
  const scores = values.subarray(0, 50_000);
  const results: readonly (readonly [ExampleResult, unknown])[] = [
    [{ method: 'regress', values }, { results: [...values] }],
    [
      classification(100, 500, { labels, scores }),
      {
        results: Array.from({ length: 100 }, (_, row) =>
          Array.from({ length: 500 }, (_, at) => {
            const index = row * 500 + at;
            return [index === 0 ? 'x'.repeat(100_000) : `${index - 1}`, scores[index]];
          }),
        ),
      },
    ],
  ];
  for (const [result, expected] of results) {
    const steps = printExamplesReply(result);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    assert.ok(count > 30, `${count} steps`);
    assert.deepEqual(JSON.parse(Buffer.from(step.value).toString()), expected);
  }
});
