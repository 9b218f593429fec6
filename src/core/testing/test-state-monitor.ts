import type { Logger } from '../../telemetry/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { ServableStateMonitor } from '../servable-state-monitor.ts';

/** A monitor that remembers more than any test publishes, at time 0. */
export function testStateMonitor(logger: Logger = new MemoryLogger()): ServableStateMonitor {
  return new ServableStateMonitor({
    timeMicros: () => 0,
    logger,
    maxEndedVersions: 1000,
    maxEndedServables: 1000,
  });
}
