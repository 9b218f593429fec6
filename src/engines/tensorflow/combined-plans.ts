import { combineSignatures } from '../combine-signatures.ts';
import type { SignatureSpec } from '../engine.ts';
import type { SignaturePlan } from './signature-plan.ts';

/** Clients choose what is combined; those that are used again and again are few. */
const mostKept = 64;

/** The combined signatures of a model and their plans, which live as long as somebody uses them. */
export class CombinedPlans {
  /** By the keys of what is combined. */
  readonly #kept = new Map<string, SignatureSpec>();
  readonly #plans = new WeakMap<SignatureSpec, SignaturePlan>();

  /** @param plan makes the plan of a signature that was not combined before, or was forgotten. */
  get(
    signatures: readonly SignatureSpec[],
    plan: (signature: SignatureSpec) => SignaturePlan,
  ): SignatureSpec {
    const key = JSON.stringify(signatures.map((signature) => signature.key));
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const signature = combineSignatures(signatures);
    this.#plans.set(signature, plan(signature));
    if (this.#kept.size === mostKept) this.#kept.clear();
    this.#kept.set(key, signature);
    return signature;
  }

  planOf(signature: SignatureSpec): SignaturePlan | undefined {
    return this.#plans.get(signature);
  }
}
