// Keeps compiled code beside the engines: a start takes about half the CPU time with it. Where it cannot be written,
// Node.js goes on without. Import it before, and apart from, what it is to speed up.
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

const { SERVAL_CACHE_DIR, XDG_CACHE_HOME } = process.env;
const xdg = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : null;
const cache = SERVAL_CACHE_DIR || path.join(xdg ?? path.join(homedir(), '.cache'), 'serval');
nodeModule.enableCompileCache(path.join(cache, 'code'));
