export type { Channel } from './channel.ts';
export { closedLoop } from './closed-loop.ts';
export type { AnswerSink } from './load-loop.ts';
export { openChannel } from './open-channel.ts';
export type { OpenLoopOptions } from './open-loop.ts';
export { openLoop } from './open-loop.ts';
export { Pacer } from './pacer.ts';
export type { PreparedRequest } from './prepared-request.ts';
