#!/usr/bin/env node
import '../bin/serval.js';
