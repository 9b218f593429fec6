import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { servableData } from './servable-data.ts';
import { SourcePort } from './source-port.ts';
import { connectSource } from './target.ts';
import { ListRecorder } from './testing/list-recorder.ts';

const list = (name: string, ...versions: bigint[]) =>
  versions.map((version) => servableData({ name, version }, 'x'));

describe('SourcePort', () => {
  test('tells a target that comes late the last list of each servable, in the order said', () => {
    const port = new SourcePort<string>();
    port.emit('a', list('a', 1n));
    port.emit('b', list('b', 1n));
    port.emit('a', list('a', 2n));
    port.emit('gone', list('gone', 1n));
    port.emit('gone', []);
    const target = new ListRecorder<string>();
    connectSource(port, target);
    assert.deepEqual(target.take(), ['b: 1=x', 'a: 2=x']);
    port.emit('a', []);
    assert.deepEqual(target.take(), ['a: ']);
  });

  test('a list said while the kept ones are delivered is not overtaken by an older one', () => {
    const port = new SourcePort<string>();
    port.emit('a', list('a', 1n));
    port.emit('b', list('b', 1n));
    const heard: string[] = [];
    port.setAspiredVersionsCallback((name, versions) => {
      heard.push(`${name} ${versions.map(({ id }) => id.version)}`);
      if (name === 'a') port.emit('b', list('b', 2n));
    });
    assert.deepEqual(heard, ['a 1', 'b 2']);
  });

  test('has one target only', () => {
    const port = new SourcePort<string>();
    const first = new ListRecorder<string>();
    connectSource(port, first);
    assert.throws(
      () => connectSource(port, new ListRecorder<string>()),
      (error) => error instanceof StatusError && error.code === Code.FAILED_PRECONDITION,
    );
    port.emit('a', list('a', 1n));
    assert.deepEqual(first.heard, ['a: 1=x']);
  });
});
