import { type NativePackage, tensorFlowPackage } from './release.ts';
import { tensorFlowTextPackage } from './text-release.ts';

/** All that `serval engine install` can fetch, in the order in which it is listed. */
export const nativePackages: readonly NativePackage[] = [tensorFlowPackage, tensorFlowTextPackage];
