export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export { TimeSlices } from './time-slice.ts';
