import type { Logger } from '../../telemetry/index.ts';
import type { Clock } from '../../util/index.ts';
import type { Address } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import type { FramePool } from './run-frame.ts';
import type { RunSlots } from './run-slots.ts';
import type { TensorMemory } from './tensor-memory.ts';

/** What all models of one engine share. */
export interface EngineCore {
  readonly api: TensorFlowApi;
  readonly memory: TensorMemory;
  readonly frames: FramePool;
  readonly slots: RunSlots;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The TF_Buffer of the RunOptions with which a graph runs on the calling thread. */
  readonly inlineOptions: Address;
}
