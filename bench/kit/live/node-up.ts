import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSnapshots } from "../../../src/kernel/snapshots/file.ts";
import { livePicture, outpostOf, type Run } from "../../../src/absorb/live/contract.ts";
import { serverCore } from "../one-core.ts";
import { freePort } from "../castor-up.ts";

const root = join(import.meta.dir, "../../..");
const readyWithinMs = 60_000;
/** Between arming and revealing; seconds at the least in a show. */
const warmMs = 3_000;
const heardMs = 300;
/** The same for all: what is measured is no secret. */
export const keyBytes = new Uint8Array(16).fill(7);
export const runName = "bench";

export type Asked = {
  participants: number;
  questions?: number;
  /** Which core; none for any. */
  core?: string | undefined;
  node?: number;
  port?: number;
  data?: string;
  /** Questions before this one are closed already. */
  question?: number;
  /** Revealed unless told otherwise; not even armed, and so not warmed up, with `false`. */
  isArmed?: boolean;
};

/** A show of three age groups and 250 countries, as in the talk. */
export const benchRun = ({ participants, questions = 1, question = 0 }: Asked): Run => ({
  ...{ run: runName, title: "Bench", joining: "backend", stageCellMin: 10, countries: null },
  ...{ showsRight: false, tokenMs: 3_600_000, isErased: false, nodes: 1 },
  tokenKey: keyBytes.toBase64({ alphabet: "base64url", omitPadding: true }),
  shape: {
    id: runName,
    dimensions: [
      { id: "country", values: Array.from({ length: 250 }, (_, n) => `c${n}`) },
      { id: "age", values: ["young", "grown", "old"] },
    ],
    questions: Array.from({ length: questions }, (_, n) => ({
      ...{
        id: `q${n}`,
        text: "Which?",
        choices: ["a", "b", "c", "d"],
        right: 1,
        windowMs: 360_000,
      },
    })),
    participantsMax: participants,
  },
  questions: Array.from({ length: questions }, (_, n) =>
    n === question
      ? { state: "revealed", revealAt: Date.now(), closesAt: Date.now() + 3_600_000 }
      : { state: n < question ? "closed" : "coming" },
  ),
});

export type NodeUp = {
  port: number;
  data: string;
  pid: number;
  process: Bun.Subprocess;
  order(run: Run): Promise<void>;
  stop(): Promise<void>;
};

/** A node as the keeper starts it, on a data folder of its own, with no control beside it. */
export async function nodeUp(asked: Asked): Promise<NodeUp> {
  const data = asked.data ?? mkdtempSync(join(tmpdir(), "castor-bench-live-"));
  const port = asked.port ?? (await freePort());
  const node = asked.node ?? 0;
  const snapshots = fileSnapshots({ folder: join(data, "snapshot") });
  const order = async (run: Run): Promise<void> => {
    const nodes = [{ node, hostname: "127.0.0.1", port }];
    await snapshots.put(livePicture, { nodes, runs: [run] });
  };
  // As in a show: armed first, so that the node is ready when the reveal comes.
  const run = benchRun(asked);
  const state = asked.isArmed === false ? ("coming" as const) : ("armed" as const);
  if (asked.data === undefined)
    await order({ ...run, questions: run.questions.map(() => ({ state })) });
  const began = performance.now();
  const pin = asked.core === undefined ? [] : ["taskset", "-c", asked.core];
  const started = Bun.spawn(
    [
      ...[...pin, process.execPath, join(root, "src/main.ts"), "__outpost", "--data", data],
      ...["--name", outpostOf(node)],
    ],
    { stdout: "ignore", stderr: "inherit" },
  );
  while (!(await isOpen(port))) {
    if (performance.now() - began > readyWithinMs)
      throw new Error("The node did not open its port.");
    await Bun.sleep(5);
  }
  if (asked.data === undefined) {
    if (asked.isArmed !== false) {
      await Bun.sleep(warmMs);
      await order(benchRun(asked));
    }
    await Bun.sleep(heardMs);
  }
  return {
    ...{ port, data, pid: started.pid, process: started, order },
    stop: async () => {
      started.kill("SIGTERM");
      await started.exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export const pinned = serverCore;

const isOpen = (port: number): Promise<boolean> =>
  Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).then(
    (socket) => {
      socket.end();
      return true;
    },
    () => false,
  );
