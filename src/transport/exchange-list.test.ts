import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExchangeList, type Listed } from './exchange-list.ts';

class Item implements Listed<Item> {
  previous: Item | null = null;
  next: Item | null = null;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

test('holds what was added and not deleted, in any order of deletions', () => {
  const orders = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'];
  for (const order of orders) {
    const list = new ExchangeList<Item>();
    const items = new Map([...'abc'].map((name) => [name, new Item(name)]));
    for (const item of items.values()) list.add(item);
    const left = new Set('abc');
    for (const name of order) {
      assert.equal(list.size, left.size);
      assert.deepEqual(new Set(list.toArray().map((item) => item.name)), left);
      const item = items.get(name)!;
      list.delete(item);
      left.delete(name);
      assert.equal(item.previous, null);
      assert.equal(item.next, null);
    }
    assert.equal(list.size, 0);
    assert.deepEqual(list.toArray(), []);
    const again = items.get('a')!;
    list.add(again);
    assert.deepEqual(list.toArray(), [again]);
  }
});
