import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { checkLabels, type LabelMap } from './version-labels.ts';

type Labels = Readonly<Record<string, Readonly<Record<string, bigint>>>>;

function mapsOf(labels: Labels): ReadonlyMap<string, LabelMap> {
  return new Map(
    Object.entries(labels).map(([name, versions]) => [name, new Map(Object.entries(versions))]),
  );
}

/** Checks labels where only versions 1 and 2 of `m` are available. */
function check(labels: Labels, current: Labels | null, allowUnavailable: boolean): string {
  try {
    checkLabels(mapsOf(labels), {
      current: current === null ? null : mapsOf(current),
      allowUnavailable,
      isAvailable: (name, version) => name === 'm' && (version === 1n || version === 2n),
    });
    return 'fine';
  } catch (error) {
    assert.ok(error instanceof StatusError);
    assert.equal(error.code, Code.FAILED_PRECONDITION);
    return error.message;
  }
}

const refused = (version: bigint, name = 'm') =>
  `Request to assign label to version ${version} of model ${name}, which is not currently ` +
  'available for inference';

const rows: readonly [
  what: string,
  labels: Labels,
  current: Labels | null,
  strictly: string,
  allowing: string,
][] = [
  ['no labels at all', {}, null, 'fine', 'fine'],
  ['a model without labels', { m: {} }, { m: { stable: 1n } }, 'fine', 'fine'],
  [
    'the first labels, to what is available',
    { m: { stable: 1n, canary: 2n } },
    null,
    'fine',
    'fine',
  ],
  ['the first labels, to what is not', { m: { stable: 9n } }, null, refused(9n), 'fine'],
  [
    'a new label beside others',
    { m: { stable: 1n, canary: 9n } },
    { m: { stable: 1n } },
    refused(9n),
    'fine',
  ],
  [
    'a label that moves to what is available',
    { m: { stable: 2n } },
    { m: { stable: 1n } },
    'fine',
    'fine',
  ],
  [
    'a label that moves to what is not',
    { m: { stable: 9n } },
    { m: { stable: 1n } },
    refused(9n),
    refused(9n),
  ],
  [
    'a label that stays on what is gone',
    { m: { stable: 9n } },
    { m: { stable: 9n } },
    refused(9n),
    'fine',
  ],
  [
    'a label that another model has elsewhere',
    { m: { stable: 9n } },
    { n: { stable: 1n } },
    refused(9n),
    'fine',
  ],
  ['a label of a model that is not there', { n: { stable: 1n } }, null, refused(1n, 'n'), 'fine'],
  [
    'the first that is wrong of several',
    { m: { stable: 1n, canary: 8n, dev: 9n } },
    { m: { canary: 1n, dev: 1n } },
    refused(8n),
    refused(8n),
  ],
];

describe('checkLabels', () => {
  for (const [what, labels, current, strictly, allowing] of rows) {
    test(what, () => {
      assert.equal(check(labels, current, false), strictly);
      assert.equal(check(labels, current, true), allowing, 'allowing unavailable ones');
    });
  }
});
