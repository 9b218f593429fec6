import { unimplemented } from '../../../status/index.ts';
import type { UnaryMethod } from '../method.ts';

/** A method of the contract that is not served: it says so by its name. */
export function notYet(name: string): UnaryMethod {
  return {
    kind: 'unary',
    handle: () => {
      throw unimplemented(`${name} is not supported by this version of Serval`);
    },
  };
}
