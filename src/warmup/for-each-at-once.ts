/**
 * Runs a task for each item, begun in their order, at most `most` at once. Settles when none is under
 * way. After a failure, of a task or of the items, no further one is begun and the items are ended.
 *
 * @throws the first failure.
 */
export async function forEachAtOnce<T>(
  items: AsyncIterable<T>,
  most: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const begin = (item: T): void => {
    const begun: Promise<void> = task(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(begun));
    underWay.add(begun);
  };
  try {
    for await (const item of items) {
      if (failures.length > 0) break;
      begin(item);
      if (underWay.size >= most) await Promise.race(underWay);
      if (failures.length > 0) break;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}
