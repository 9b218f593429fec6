import { resourceExhausted } from '../../status/index.ts';
import { libc } from './libc.ts';
import { nativePlatform } from './platform.ts';

/**
 * Another descriptor of the same open file, not inherited by child processes. The caller closes it.
 * @throws StatusError RESOURCE_EXHAUSTED where the process has no more descriptors.
 */
export function duplicateDescriptor(descriptor: number): number {
  const copy = libc().fcntl(descriptor, nativePlatform().duplicateCommand, 'int', 0);
  if (copy < 0) throw resourceExhausted('The process can open no more files');
  return copy;
}
