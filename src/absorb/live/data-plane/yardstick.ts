import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanCosts } from "../contract/costs.ts";
import type { Told } from "../wire/frames.ts";
import type { Clocks, Hall } from "./hall.ts";
import { earOf, madeUpHall, warmUp } from "./warm-up.ts";
import { textFrame } from "./web-socket.ts";
import type { Asked } from "./yardstick-crowd.ts";

/** How much is done: `first` connections come before any is counted, by then the runtime has compiled what they need. */
export type Size = { first: number; players: number; rounds: number; handshakes: number };
const enough: Size = { first: 500, players: 4_000, rounds: 5, handshakes: 400 };
/** Of the kernel, for an idle connection's two buffers: no process can see it of itself. */
const kernelKb = 5;
/** As long as a sealed question is. */
const question: Told = { is: "sealed", question: 0, sealed: "x".repeat(200) };

/** As PEM, of the kind that the show will have. */
export type Certificate = { cert: string; key: string };
type Crowd = { ask(asked: Asked): Promise<void>; end(): void };

function aCrowd(): Crowd {
  let done = (): void => {};
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "yardstick-crowd.ts")], {
    ...{ stdin: "ignore", stdout: "ignore", stderr: "inherit", ipc: () => done() },
  });
  return {
    ask: (asked) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      done = resolve;
      void child.exited.then(() => reject(new Error("The crowd of the measurement ended.")));
      child.send(asked);
      return promise;
    },
    end: () => child.kill(),
  };
}

/** Microseconds of processor time of this process while something goes on. */
async function cpuUsOf(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const residentKb = (): number => {
  Bun.gc(true);
  return process.memoryUsage.rss() / 1_000;
};

/** Players who come and listen, as a node sees them. */
async function listeners(hall: Hall, crowd: Crowd, of: Size): Promise<PlanCosts> {
  const { first, players, rounds } = of;
  const ear = earOf(hall);
  const key = [...Uint8Array.fromBase64(hall.run.tokenKey, { alphabet: "base64url" })];
  const come = (count: number): Promise<void> =>
    crowd.ask({ do: "connect", port: ear.port, run: hall.run.run, key, count });
  try {
    await come(first);
    const before = residentKb();
    const connectUs = await cpuUsOf(() => come(players));
    const connectionKb = Math.max(0, (residentKb() - before) / players) + kernelKb;
    const all = first + players;
    const bytes = textFrame(JSON.stringify(question)).length * all;
    const tellUs = await cpuUsOf(async () => {
      for (let round = 0; round < rounds; round++) {
        hall.tell(question);
        await crowd.ask({ do: "hear", bytes });
      }
    });
    return { plainConnectUs: connectUs / players, connectionKb, sendUs: tellUs / rounds / all };
  } finally {
    ear.stop(true);
  }
}

/** A full TLS handshake and its first request, as a gateway's worker does them. */
async function handshakeUs(crowd: Crowd, tls: Certificate, { handshakes }: Size): Promise<number> {
  const server = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0, tls },
    socket: { data: (socket) => void socket.write("HTTP/1.1 204 No Content\r\n\r\n") },
  });
  const come = (count: number): Promise<void> =>
    crowd.ask({ do: "handshakes", port: server.port, count });
  try {
    await come(Math.ceil(handshakes / 10));
    return (await cpuUsOf(() => come(handshakes))) / handshakes;
  } finally {
    server.stop(true);
  }
}

const clocks: Clocks = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

async function inScratch<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "castor-measure-"));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What connections take: coming, with and without TLS, being told something, and being there. */
export const measureConnections = (tls: Certificate, of = enough): Promise<PlanCosts> =>
  inScratch(async (folder) => {
    const crowd = aCrowd();
    try {
      const { hall, stop } = await madeUpHall(clocks, folder, "coming");
      const listening = await listeners(hall, crowd, of).finally(stop);
      return { ...listening, handshakeUs: await handshakeUs(crowd, tls, of) };
    } finally {
      crowd.end();
    }
  });

/** What a show takes of this machine: some seconds of two cores. The process that asks is the one that is measured. */
export async function measureHere(tls: Certificate): Promise<PlanCosts> {
  const connections = await measureConnections(tls);
  const answerUs = await inScratch((folder) => warmUp(clocks, folder));
  return { ...connections, answerUs };
}
