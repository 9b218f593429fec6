export type { LogFields, Logger, LogLevel } from './logger.ts';
export type { LogDestination, LoggerOptions } from './pino-logger.ts';
export { createLogger } from './pino-logger.ts';
export type { LogMessage } from './port-logger.ts';
export { loudestLevel, PortLogger, writeLogMessage } from './port-logger.ts';
