#!/usr/bin/env node
// Starts Castor on the Bun that npm installed, so that a machine with only Node and npm can run it.
"use strict";
const { spawn } = require("node:child_process");
const { existsSync, statSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const windows = process.platform === "win32";
const name = windows ? "bun.exe" : "bun";
// A postinstall script of the `bun` package moves the binary, so it can be in either place.
const places = [
  process.env.CASTOR_BUN,
  join(
    root,
    "node_modules",
    "@oven",
    `bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`,
    "bin",
    name,
  ),
  join(root, "node_modules", "bun", "bin", "bun.exe"),
];
const bun = places.find((place) => place && existsSync(place) && statSync(place).size > 1_000_000);
if (!bun) {
  console.error(
    `castor: no Bun found for ${process.platform}-${process.arch}. Run \`npm install\` (optional dependencies included) or set CASTOR_BUN to a bun 1.4 binary.`,
  );
  process.exit(69);
}

const args = process.argv.slice(2);
const script = args[0] === "--tool" ? args.slice(1) : [join(root, "src", "main.ts"), ...args];
const child = spawn(bun, script, { stdio: "inherit", env: { ...process.env, CASTOR_BUN: bun } });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
