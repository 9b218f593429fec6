export { binaryPredictReply } from './binary-predict.ts';
export { isReadInChunks, negotiate } from './negotiate.ts';
export { outputFilterOf } from './request-names.ts';
export type { ReplyForm } from './write-reply.ts';
export { checkReply, writeReply } from './write-reply.ts';
