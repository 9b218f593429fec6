import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, invalidArgument, notFound } from '../status/index.ts';
import { ErrorInjectingSourceAdapter } from './error-injecting-source-adapter.ts';
import type { ServableData } from './servable-data.ts';
import { servableData, servableError } from './servable-data.ts';
import { SourceAdapter } from './source-adapter.ts';
import { SourcePort } from './source-port.ts';
import { connectSource } from './target.ts';
import { ListRecorder } from './testing/list-recorder.ts';
import { UnarySourceAdapter, unarySourceAdapter } from './unary-source-adapter.ts';

const id = (version: bigint) => ({ name: 'm', version });

function chain<In, Out>(adapter: SourceAdapter<In, Out>) {
  const source = new SourcePort<In>();
  const target = new ListRecorder<Out>();
  connectSource(source, adapter);
  connectSource(adapter, target);
  return { source, target };
}

/** Keeps only the newest version, whatever it is. */
class NewestOnly extends SourceAdapter<string, string> {
  protected override adapt(_name: string, versions: readonly ServableData<string>[]) {
    if (versions.length > 2) throw new Error('too many');
    return versions.slice(-1);
  }
}

/** Parses numbers. */
class Numbers extends UnarySourceAdapter<string, number> {
  protected override convert(data: string, { version }: { readonly version: bigint }): number {
    const number = Number(data);
    if (Number.isNaN(number)) throw invalidArgument(`version ${version} is no number: ${data}`);
    return number;
  }
}

describe('SourceAdapter', () => {
  test('adapts whole lists', () => {
    const { source, target } = chain(new NewestOnly());
    source.emit('m', [servableData(id(1n), 'a'), servableData(id(2n), 'b')]);
    source.emit('m', []);
    assert.deepEqual(target.heard, ['m: 2=b', 'm: ']);
  });

  test('an adapt that throws makes an error of every version, and the source goes on', () => {
    const { source, target } = chain(new NewestOnly());
    source.emit(
      'm',
      [1n, 2n, 3n].map((version) => servableData(id(version), 'x', `r${version}`)),
    );
    source.emit('m', [servableData(id(4n), 'd')]);
    assert.deepEqual(target.heard, ['m: 1!too many, 2!too many, 3!too many', 'm: 4=d']);
    const [failed] = target.versions;
    assert.deepEqual(
      failed?.map(({ revision, error }) => [revision, error?.code]),
      ['r1', 'r2', 'r3'].map((revision) => [revision, Code.INTERNAL]),
    );
  });

  test('what it hears before it has a target is delivered once it has one', () => {
    const adapter = new Numbers();
    const source = new SourcePort<string>();
    connectSource(source, adapter);
    source.emit('m', [servableData(id(1n), '1')]);
    source.emit('m', [servableData(id(2n), '2')]);
    const target = new ListRecorder<number>();
    connectSource(adapter, target);
    assert.deepEqual(target.heard, ['m: 2=2']);
  });

  test('a detached adapter says nothing more', () => {
    const adapter = new Numbers();
    const { source, target } = chain(adapter);
    adapter.detach();
    source.emit('m', [servableData(id(1n), '1')]);
    assert.deepEqual(target.heard, []);
  });
});

describe('UnarySourceAdapter', () => {
  test('converts each version, and makes an error of those that cannot be', () => {
    const { source, target } = chain(new Numbers());
    source.emit('m', [servableData(id(1n), '7', 'r1'), servableData(id(2n), 'seven', 'r2')]);
    assert.deepEqual(target.heard, ['m: 1=7, 2!version 2 is no number: seven']);
    assert.deepEqual(
      target.versions[0]?.map(({ revision, error }) => [revision, error?.code ?? Code.OK]),
      [
        ['r1', Code.OK],
        ['r2', Code.INVALID_ARGUMENT],
      ],
    );
  });

  test('errors pass through as they are', () => {
    const { source, target } = chain(new Numbers());
    const failed = servableError(id(3n), notFound('no such path'), 'r3');
    source.emit('m', [failed]);
    assert.deepEqual(target.versions, [[failed]]);
  });

  test('the error of a plain throw has it as its cause', () => {
    const cause = new TypeError('defect');
    const adapter = unarySourceAdapter<string, string>(() => {
      throw cause;
    });
    const { source, target } = chain(adapter);
    source.emit('m', [servableData(id(1n), 'x')]);
    const error = target.versions[0]?.[0]?.error;
    assert.deepEqual([error?.code, error?.cause], [Code.INTERNAL, cause]);
  });

  test('can be made of a function, and chained', () => {
    const prefix = unarySourceAdapter((path: string) => `/root/${path}`);
    const suffix = unarySourceAdapter((path: string, { version }) => `${path}@${version}`);
    const source = new SourcePort<string>();
    const end = new ListRecorder<string>();
    connectSource(source, prefix);
    connectSource(prefix, suffix);
    connectSource(suffix, end);
    source.emit('m', [servableData(id(5n), 'm/5')]);
    assert.deepEqual(end.heard, ['m: 5=/root/m/5@5']);
  });
});

describe('ErrorInjectingSourceAdapter', () => {
  test('every version becomes the error, also one that was another', () => {
    const { source, target } = chain(
      new ErrorInjectingSourceAdapter<string>(notFound('No platform found for model')),
    );
    source.emit('m', [servableData(id(1n), 'a', 'r1'), servableError(id(2n), notFound('other'))]);
    source.emit('m', []);
    const text = 'No platform found for model';
    assert.deepEqual(target.heard, [`m: 1!${text}, 2!${text}`, 'm: ']);
    assert.equal(target.versions[0]?.[0]?.revision, 'r1');
  });
});
