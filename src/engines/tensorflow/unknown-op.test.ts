import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, notFound, StatusError } from '../../status/index.ts';
import { withPackageOfOp } from './unknown-op.ts';

const complaint = (op: string) =>
  notFound(
    `Op type not registered '${op}' in binary running on host. Make sure the Op and Kernel are ` +
      'registered in the binary running in this process.',
  );

for (const [op, advice] of [
  [
    'WordpieceTokenizeWithOffsets',
    'is an op of tensorflow-text: run "serval engine install tensorflow-text" and start the server again.',
  ],
  ['TFText>RoundRobinTrim', 'is an op of tensorflow-text: run "serval engine install'],
  [
    'SimpleMLInferenceOpWithHandle',
    'is an op of tensorflow-decision-forests: name the library of that package by --op_library.',
  ],
  ['Addons>Resampler', 'is an op of tensorflow-addons: name the library'],
] as const) {
  test(`${op} is known`, () => {
    const error = complaint(op);
    const told = withPackageOfOp(error);
    assert.equal(told.code, Code.NOT_FOUND);
    assert.ok(told.message.startsWith(`${error.message} ${op} ${advice}`), told.message);
  });
}

test('any other error stays as it is', () => {
  for (const error of [complaint('NobodyKnows'), new StatusError(Code.INTERNAL, 'TFText>')]) {
    assert.equal(withPackageOfOp(error), error);
  }
});
