import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { table, wrap } from './table.ts';

describe('table', () => {
  it('aligns columns and pads no line at its end', () => {
    const rows = [
      ['input', 'x', 'float'],
      ['output', 'scores', ''],
    ];
    assert.equal(table(rows, '  '), '  input   x       float\n  output  scores\n');
    assert.equal(table([], ''), '');
  });
});

describe('wrap', () => {
  it('breaks between words only', () => {
    assert.equal(
      wrap(['aa', 'bb', 'cc', 'looooooong', 'd'], '  ', 8),
      '  aa bb\n  cc\n  looooooong\n  d\n',
    );
    assert.equal(wrap([], '  ', 8), '');
  });
});
