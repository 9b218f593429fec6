import { setPriority } from 'node:os';

/**
 * Gives the calling thread the lowest priority, for good.
 * @returns why it could not be done; null: it was.
 */
export function lowerPriority(): string | null {
  // Linux alone has a nice value for each thread, and by 0 means the calling one; elsewhere it
  // would be the whole process.
  if (process.platform !== 'linux') return `threads of ${process.platform} have no nice value`;
  try {
    setPriority(0, 19);
    return null;
  } catch (error) {
    return String(error);
  }
}
