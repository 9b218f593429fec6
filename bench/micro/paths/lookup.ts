import assert from 'node:assert/strict';
import { ServableTable, TableReader } from '../../../src/core/index.ts';
import type { MicroPath } from '../micro-path.ts';

/** Looking up the newest version of one of a thousand models, and releasing it. */
export const path: MicroPath = {
  unit: 'lookup',
  unitsPerCall: 1,
  calls: 5000,
  prepare() {
    const table = new ServableTable<string>({ maxThreads: 4, maxVersions: 1024 });
    let reader: TableReader<string> | null = null;
    table.openRow((row) => {
      const own = new TableReader<string>(table.counts, row);
      reader = own;
      return (change) => own.apply(change);
    });
    const list = Array.from({ length: 1000 }, (_, i) => ({
      id: { name: `model_${i}`, version: 1n },
      servable: `${i}`,
      slot: table.reserveSlot(),
    }));
    table.edit({ list, labels: new Map() });
    const newest = { name: 'model_500', version: null, label: null };
    const own = reader! as TableReader<string>;
    const handle = own.acquire(newest);
    assert.equal(handle.servable, '500');
    handle.release();
    return () => own.acquire(newest).release();
  },
};
