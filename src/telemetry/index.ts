export type { LogFields, Logger, LogLevel } from './logger.ts';
export type { LogDestination, LoggerOptions } from './pino-logger.ts';
export { createLogger } from './pino-logger.ts';
