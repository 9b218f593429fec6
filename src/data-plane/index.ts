export { BorrowedModels } from './borrowed-models.ts';
export { ConnectionCounts } from './connection-counts.ts';
export { ControlLink } from './control-link.ts';
export type { DataThreadEnvironment } from './data-thread.ts';
export type { DataThreadState, DataThreadsOptions } from './data-threads.ts';
export { DataThreads, rowsPerThread } from './data-threads.ts';
export { closeDescriptor, socketOf, takeDescriptor } from './descriptors.ts';
export { Heartbeats } from './heartbeats.ts';
export type {
  Answer,
  LentChange,
  Protocol,
  Question,
  SharedMemory,
  StatusMessage,
  ThreadData,
  ThreadOpening,
  ToThread,
} from './messages.ts';
export { ParcelPort } from './parcel-port.ts';
export { RemoteModel } from './remote-model.ts';
export type { RemoteRun, RunReply, RunRequest } from './remote-runs.ts';
export { RemoteRuns } from './remote-runs.ts';
export type { RunModel, RunModels } from './run-server.ts';
export { RunServer } from './run-server.ts';
