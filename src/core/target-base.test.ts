import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { servableData } from './servable-data.ts';
import { SourcePort } from './source-port.ts';
import { connectSource } from './target.ts';
import { ListRecorder } from './testing/list-recorder.ts';

const one = [servableData({ name: 'm', version: 1n }, 'a')];

describe('CallbackTarget', () => {
  test('all its callbacks lead to it', () => {
    const target = new ListRecorder<string>();
    const [first, second] = [target.aspiredVersionsCallback(), target.aspiredVersionsCallback()];
    first('m', one);
    second('m', []);
    assert.deepEqual(target.heard, ['m: 1=a', 'm: ']);
  });

  test('after detach no callback does anything, those handed out later neither', () => {
    const target = new ListRecorder<string>();
    const source = new SourcePort<string>();
    connectSource(source, target);
    target.detach();
    target.detach();
    source.emit('m', one);
    target.aspiredVersionsCallback()('m', one);
    assert.deepEqual(target.heard, []);
  });
});
