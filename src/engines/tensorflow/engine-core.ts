import type { Logger } from '../../telemetry/index.ts';
import type { Clock } from '../../util/index.ts';
import type { RunCounter } from '../engine.ts';
import { type Address, type CallNative, Handle } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { FramePool } from './run-frame.ts';
import type { RunSlots } from './run-slots.ts';
import { newSessionOptions } from './session-options.ts';
import { TensorMemory } from './tensor-memory.ts';

/** {@link SharedEngine.engine} and {@link SharedModel.engine} of TensorFlow. */
export const engineName = 'tensorflow';

/** What the one who opens an engine decides. */
export interface EngineSettings {
  readonly api: TensorFlowApi;
  /** How calls are made that take long: loading, freeing. */
  readonly call: CallNative;
  /**
   * Whether what a closed model has left free goes back to the system. That locks one heap after
   * the other for milliseconds, in which nobody allocates from it: never on a thread of low priority,
   * which may be stopped meanwhile.
   */
  readonly trimsHeap: boolean;
  /** Where runs off this thread wait for their turn; null: every run is made on this thread. */
  readonly slots: RunSlots | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What all models of one engine share. */
export interface EngineCore extends EngineSettings {
  /** Counts runs; nobody does at first. */
  runs: RunCounter;
  readonly memory: TensorMemory;
  readonly frames: FramePool;
  /** The TF_SessionOptions of every session. */
  readonly sessionOptions: Address;
  /** The TF_Buffer of the RunOptions with which a graph runs on the calling thread. */
  readonly inlineOptions: Address;
  /** Frees all of it, once no model is left. */
  close(): void;
}

/** RunOptions { inter_op_thread_pool: -1 }: the whole graph runs on the calling thread. */
const onCallingThread = Uint8Array.of(
  (3 << 3) | 0,
  ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
);

/**
 * @param sessionConfig serialized ConfigProto.
 * @throws StatusError INVALID_ARGUMENT where it is none.
 */
export function openCore(settings: EngineSettings, sessionConfig: Uint8Array): EngineCore {
  const { api } = settings;
  const sessionOptions = newSessionOptions(api, sessionConfig);
  const inlineOptions = new Handle(
    'TF_Buffer',
    api.TF_NewBufferFromString(onCallingThread, onCallingThread.length),
    (address) => api.TF_DeleteBuffer(address),
  );
  const memory = new TensorMemory(api);
  const frames = new FramePool(api);
  return {
    ...settings,
    runs: { began() {}, succeeded() {} },
    memory,
    frames,
    sessionOptions: sessionOptions.address,
    inlineOptions: inlineOptions.address,
    close() {
      settings.slots?.close();
      frames.close();
      memory.close();
      sessionOptions.close();
      inlineOptions.close();
    },
  };
}
