export type { LogPlan } from './log-rules.ts';
export type { RequestLoggingOptions } from './request-logging.ts';
export { RequestLogging } from './request-logging.ts';
export type { LogCounts, LogDelivery, LogInstructions } from './thread-request-log.ts';
export { ThreadRequestLog } from './thread-request-log.ts';
