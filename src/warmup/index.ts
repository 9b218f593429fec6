export type { WarmupObserver, WarmupOptions, WarmupResult } from './warm-up.ts';
export { warmUp } from './warm-up.ts';
