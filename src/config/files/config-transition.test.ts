import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ModelServerConfigSchema } from '../../proto/index.ts';
import { Code } from '../../status/index.ts';
import { checkTransition, isLegalTransition } from './config-transition.ts';

const unset = create(ModelServerConfigSchema);
const list = (...names: string[]) =>
  create(ModelServerConfigSchema, {
    config: { case: 'modelConfigList', value: { config: names.map((name) => ({ name })) } },
  });
const custom = (typeUrl: string) =>
  create(ModelServerConfigSchema, { config: { case: 'customModelConfig', value: { typeUrl } } });

describe('a transition of the config', () => {
  for (const [from, to, current, next] of [
    ['none', 'none', null, unset],
    ['none', 'a list', null, list('a')],
    ['none', 'a custom config', null, custom('x')],
    ['an unset one', 'a list', unset, list('a')],
    ['an unset one', 'a custom config', unset, custom('x')],
    ['a list', 'another', list('a'), list('b', 'c')],
    ['a list', 'an empty one', list('a'), list()],
    ['an empty list', 'another', list(), list('a')],
    ['a custom config', 'an equal one', custom('x'), custom('x')],
  ] as const) {
    it(`is legal from ${from} to ${to}`, () => {
      assert.equal(isLegalTransition(current, next), true);
      checkTransition(current, next);
    });
  }

  for (const [from, to, current, next] of [
    ['a list', 'an unset one', list('a'), unset],
    ['an empty list', 'an unset one', list(), unset],
    ['a list', 'a custom config', list('a'), custom('x')],
    ['a custom config', 'a list', custom('x'), list('a')],
    ['a custom config', 'another', custom('x'), custom('y')],
    ['a custom config', 'an unset one', custom('x'), unset],
  ] as const) {
    it(`is illegal from ${from} to ${to}`, () => {
      assert.equal(isLegalTransition(current, next), false);
      assert.throws(() => checkTransition(current, next), {
        code: Code.FAILED_PRECONDITION,
        message:
          'Cannot transition to requested config. It is only legal to transition from one ModelConfigList to another.',
      });
    });
  }
});
