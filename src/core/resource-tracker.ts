import { failedPrecondition, invalidArgument } from '../status/index.ts';
import type { Resource, ResourceAllocation } from './resources.ts';

/** Whoever takes resources: any object, or a name, that no other taker has. */
type ResourceKey = object | string;

/**
 * Keeps count of who takes how much of which resource, and admits a taker only while all of them
 * fit into a total (spec 4.5).
 *
 * 1. An allocation is admitted when, for every resource it takes more than 0 of, what is taken
 *    already and what it takes are together no more than the total.
 * 2. What is not bound to an instance may end up on any: in the check it counts in full on every
 *    instance of its device, whether it is taken already or asked for.
 * 3. Of a resource that the total does not list, none can be taken.
 * 4. A reservation is all or nothing, and only `release` ends it.
 *
 * Order of calls for each key: `reserve`, then `update` any number of times, then `release`. Sums
 * are made anew from the reservations each time, so fractions leave nothing behind when they are
 * given back; a call costs time in proportion to the number of reservations.
 *
 * Belongs to the control thread: decisions are made one after another.
 *
 * @example
 *   const tracker = new ResourceTracker([{ resource: mainMemory, quantity: 8e9 }]);
 *   if (tracker.reserve(loader, await loader.estimateResources())) {
 *     const servable = await loader.load();
 *     tracker.update(loader, await loader.estimateResources());
 *   }
 */
export class ResourceTracker {
  /** What there is of each resource, as given; null: no limit to any. */
  readonly total: ResourceAllocation | null;
  readonly #reserved = new Map<ResourceKey, ResourceAllocation>();

  /**
   * @param total null: everything is admitted, and counted all the same
   * @throws StatusError INVALID_ARGUMENT for a quantity that is negative or not finite, or a
   *   resource that is not bound to an instance.
   */
  constructor(total: ResourceAllocation | null) {
    for (const { resource } of total ?? []) {
      if (resource.instance !== null) continue;
      throw invalidArgument(`A total needs an instance: ${resourceText(resource)}`);
    }
    this.total = total === null ? null : checkedCopy(total);
  }

  /**
   * Takes `allocation` for `key` if it fits; several entries of one resource add up. Where it does
   * not fit, nothing has changed and the answer is false.
   *
   * @throws StatusError FAILED_PRECONDITION where `key` has a reservation already;
   *   INVALID_ARGUMENT for a quantity that is negative or not finite.
   */
  reserve(key: ResourceKey, allocation: ResourceAllocation): boolean {
    if (this.#reserved.has(key)) throw failedPrecondition('Resources are reserved already.');
    const asked = checkedCopy(allocation);
    if (!this.#fits(asked)) return false;
    this.#reserved.set(key, asked);
    return true;
  }

  /**
   * Replaces what `key` has reserved, without a check: it is what is taken in fact, such as after
   * a load that needed more than what it made.
   *
   * @throws StatusError FAILED_PRECONDITION where `key` has no reservation; INVALID_ARGUMENT for a
   *   quantity that is negative or not finite.
   */
  update(key: ResourceKey, allocation: ResourceAllocation): void {
    if (!this.#reserved.has(key)) throw failedPrecondition('No resources are reserved.');
    this.#reserved.set(key, checkedCopy(allocation));
  }

  /** Gives back what `key` has reserved, if anything. */
  release(key: ResourceKey): void {
    this.#reserved.delete(key);
  }

  /**
   * What is taken of exactly this resource, in the kind's own unit: what is not bound to an
   * instance is told where `instance` is null, and nowhere else.
   */
  used({ device, instance, kind }: Resource): number {
    return this.#sum(
      (taken) => taken.device === device && taken.kind === kind && taken.instance === instance,
    );
  }

  #fits(asked: ResourceAllocation): boolean {
    const { total } = this;
    if (total === null) return true;
    return asked.every(({ resource, quantity }) => {
      if (quantity === 0) return true;
      const places = placesOf(resource, total);
      return (
        places.length > 0 &&
        places.every((place) => {
          const counts = (taken: Resource) => mayLieOn(taken, place);
          const limit = sum(total, counts);
          return this.#sum(counts) + sum(asked, counts) <= limit;
        })
      );
    });
  }

  #sum(counts: (resource: Resource) => boolean): number {
    let quantity = 0;
    for (const allocation of this.#reserved.values()) quantity += sum(allocation, counts);
    return quantity;
  }
}

/** The instances on which a resource may be taken; none if the total knows none of its device. */
function placesOf(resource: Resource, total: ResourceAllocation): readonly Resource[] {
  if (resource.instance !== null) return [resource];
  const { device, kind } = resource;
  const instances = total.filter((entry) => entry.resource.device === device);
  return instances.map((entry) => ({ device, kind, instance: entry.resource.instance }));
}

function mayLieOn(taken: Resource, place: Resource): boolean {
  return (
    taken.device === place.device &&
    taken.kind === place.kind &&
    (taken.instance === null || taken.instance === place.instance)
  );
}

function sum(allocation: ResourceAllocation, counts: (resource: Resource) => boolean): number {
  let total = 0;
  for (const { resource, quantity } of allocation) if (counts(resource)) total += quantity;
  return total;
}

/** A copy that its maker cannot change. @throws StatusError INVALID_ARGUMENT */
function checkedCopy(allocation: ResourceAllocation): ResourceAllocation {
  return allocation.map(({ resource, quantity }) => {
    if (!Number.isFinite(quantity) || quantity < 0) {
      throw invalidArgument(`Bad quantity of ${resourceText(resource)}: ${quantity}`);
    }
    return { resource: { ...resource }, quantity };
  });
}

function resourceText({ device, instance, kind }: Resource): string {
  return `{device: ${device} instance: ${instance ?? 'any'} kind: ${kind}}`;
}
