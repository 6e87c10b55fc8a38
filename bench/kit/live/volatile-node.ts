import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LiveNode } from "../../../src/absorb/live/data-plane/node.ts";
import { outcome } from "../../../src/absorb/live/contract.ts";
import { benchRun } from "./node-up.ts";

/** The same node with a disk that does nothing: what the log costs is the difference. Arguments: port, participants. */
const [port = "0", participants = "1000"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "castor-bench-volatile-"));
process.once("SIGTERM", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
const node = new LiveNode({
  node: 0,
  folder,
  clocks: {
    now: () => performance.now(),
    wall: () => Date.now(),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  },
  around: {
    addressOf: () => undefined,
    forward: async (_hall, _node, all) =>
      all.map(() => ({ outcome: outcome.nodeAway, choice: -1 })),
  },
  elsewhere: () => ({ status: 404, body: "" }),
  note: (message) => void process.stderr.write(`${message}\n`),
  disk: () => ({ write() {}, sync() {}, syncBeside: (done) => done(undefined), close() {} }),
});
await node.obey({
  nodes: [{ node: 0, hostname: "127.0.0.1", port: Number(port) }],
  runs: [benchRun({ participants: Number(participants) })],
});
