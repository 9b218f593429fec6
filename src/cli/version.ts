import { readFileSync } from 'node:fs';
import { tensorFlowVersion } from '../engines/index.ts';

/** Serval's own version, from the package it runs from. */
export function servalVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return version;
}

/**
 * What `--version` prints: TFS's two lines (spec 1.1). Nothing is loaded or looked for, so the
 * library's version is the one that Serval installs.
 */
export function versionLines(): string {
  return `TensorFlow ModelServer: ${servalVersion()}\nTensorFlow Library: ${tensorFlowVersion}\n`;
}
