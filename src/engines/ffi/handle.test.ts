import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Handle } from './handle.ts';

describe('Handle', () => {
  it('frees its object once, however often it is closed', () => {
    const freed: number[] = [];
    const handle = new Handle('TF_Graph', 4096, (address) => freed.push(address));
    assert.equal(handle.isOpen, true);
    assert.equal(handle.address, 4096);
    handle.close();
    handle.close();
    handle[Symbol.dispose]();
    assert.deepEqual(freed, [4096]);
    assert.equal(handle.isOpen, false);
  });

  it('is loud when it is used after its end', () => {
    const handle = new Handle('TF_Graph', 4096, () => undefined);
    handle.close();
    const expected = { message: 'TF_Graph is used after it was closed' };
    assert.throws(() => handle.address, expected);
    assert.throws(() => handle.take(), expected);
  });

  it('hands its object over without freeing it', () => {
    const handle = new Handle('TF_Graph', 4096, () => assert.fail('was freed'));
    assert.equal(handle.take(), 4096);
    handle.close();
    assert.throws(() => handle.address);
  });

  it('refuses NULL', () => {
    assert.throws(() => new Handle('TF_Graph', 0, () => undefined), {
      message: 'TF_Graph could not be made',
    });
  });
});
