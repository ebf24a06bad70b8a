#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// Most of prox's code runs for a second or two. V8 takes twice the processor time when it optimizes what is called a few
// hundred times, and when it begins with little room for young objects. Checked with the V8 of Node 20; 14 is not out yet.
if (Number.parseInt(process.versions.v8) < 14) {
  setFlagsFromString("--interrupt-budget=300000");
  setFlagsFromString("--semi-space-growth-factor=16");
}

const { start } = await import("../dist/cli/start.js");
await start(import.meta.url);
