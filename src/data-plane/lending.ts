import type { TableChange, TableEntry, TableListener } from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { LentChange, LentServable } from './messages.ts';

/**
 * Turns the changes of the servable table into what one data thread is told: models as it can borrow
 * them, each of them once.
 */
export function lendingListener(send: (change: LentChange) => void): TableListener<ModelServable> {
  const sent = new WeakSet<ModelServable>();

  const lend = (entry: TableEntry<ModelServable>): TableEntry<LentServable | null> => {
    const { model, signatureDefMap } = entry.servable;
    if (sent.has(entry.servable)) return { ...entry, servable: null };
    sent.add(entry.servable);
    return { ...entry, servable: { model: model.lend(), signatureDefMap } };
  };

  return ({ generation, servables, labels }: TableChange<ModelServable>) => {
    const lent = new Map<string, readonly TableEntry<LentServable | null>[]>();
    for (const [name, entries] of servables) lent.set(name, entries.map(lend));
    send({ generation, servables: lent, ...(labels !== undefined && { labels }) });
  };
}
