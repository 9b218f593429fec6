#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=100 --no-allocation-site-pretenuring
// A heap that grows little between collections keeps resident memory flat (docs/performance.md). V8 would
// allocate parts of HTTP/2 streams as long-lived ones, which then keep whole requests alive that are over.
//
// Plain JavaScript that any Node.js can parse, so that one too old gets a clear line and not a syntax error.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const required = 24;
const found = Number(process.versions.node.split('.')[0]);
if (found < required) {
  console.error(
    `serval needs Node.js ${required} or newer, this is ${process.version} (${process.execPath}). Install it, or put it first in PATH.`,
  );
  process.exit(255);
}
await import('./compile-cache.js');

// An installed package ships compiled JavaScript; a checkout runs its sources.
const compiled = new URL('../dist/main.js', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);
await import(existsSync(fileURLToPath(source)) ? source.href : compiled.href);
