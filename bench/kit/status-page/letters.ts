import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, later, type Running, startCastor, until } from "../../../e2e/running.ts";
import { virtualClock } from "../../../src/kernel/clock/virtual.ts";
import { fileStores } from "../../../src/kernel/stores/file.ts";
import { smtpServer, type Taken } from "../../../src/platform/mail/smtp-server.testing.ts";
import { everything, Roster } from "../../../src/respond/status-page/subscribers/roster.ts";
import { subscribersStore } from "../../../src/respond/status-page/subscribers/store.ts";
import { ownTicks, tickMs } from "../one-core.ts";

const toldWithinMs = 300_000;
const addressOf = (n: number): string => `reader-${n}@home.example`;

/** Who said yes long ago, written as Castor writes it. */
async function seed(data: string, count: number): Promise<void> {
  const store = fileStores({ folder: join(data, "stores") }).open(subscribersStore);
  const roster = new Roster(store);
  const clock = virtualClock();
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const id = clock.id();
      const address = addressOf(n);
      const one = { id, kind: "email", address, language: "en", secret: null } as const;
      await roster.signUp({ ...one, wants: [everything] }, { now: 0, max: count });
      await roster.confirm(id);
    }),
  );
  await store.close();
}

const configOf = (of: { smtp: number; console: string; count: number }) => ({
  gateway: { workers: 1 },
  mail: {
    smtp: { host: "127.0.0.1", port: of.smtp, security: "none" },
    ...{ from: "status@shop.example", lettersPerMinuteMax: 100_000 },
  },
  "status-page": {
    ...{ title: "Example shop", url: "http://status.shop.example" },
    components: { shop: { name: "Shop" } },
    // One person posts here; that more than so many take a second one is proven elsewhere.
    subscribe: { address: `${of.console}/status`, massAbove: of.count },
  },
});

export type Told = {
  subscribers: number;
  kills: number;
  /** Subscribers that got the letter. */
  reached: number;
  /** Letters that came again, each under the Message-ID it had come with. */
  again: number;
  /** Letters that came under a second Message-ID, or to nobody who subscribed. */
  wrong: number;
  tookS: number;
  /** Of the control process since its last start, for each letter that it sent. */
  cpuMsPerLetter: number;
  /** A POST to the letter's List-Unsubscribe ended it. */
  isEndedByLetter: boolean;
};

const headOf = (letter: Taken, name: string): string =>
  new RegExp(`^${name}:((?:.|\\r?\\n[ \\t])*)$`, "mi")
    .exec(letter.text)?.[1]
    ?.replaceAll(/\s+/g, " ")
    .trim() ?? "";

async function confirmed(castor: Running): Promise<number> {
  const { kinds } = (await castor.api.ask("status-page.subscribers")) as {
    kinds: { kind: string; confirmed: number }[];
  };
  return kinds.find(({ kind }) => kind === "email")?.confirmed ?? 0;
}

/** One post to so many subscribers over a real mail server, with control killed so often on the way. */
export async function tellAll(of: { subscribers: number; kills: number }): Promise<Told> {
  const { subscribers: count, kills } = of;
  const smtp = await smtpServer();
  later(() => smtp[Symbol.asyncDispose]());
  const folder = mkdtempSync(join(tmpdir(), "castor-letters-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  await seed(join(folder, ".castor"), count);
  const address = (): string => `http://127.0.0.1:${freePort()}`;
  const after = { folder, gateway: address(), console: address() };
  const config = configOf({ smtp: smtp.port, console: after.console, count });
  const castor = await startCastor({ after, config });
  const began = performance.now();
  await castor.api.act("status-page.post", {
    ...{ title: "Nobody can pay", text: "We are looking into it." },
    components: { shop: "major_outage" },
  });
  for (let kill = 1; kill <= kills; kill++) {
    await smtp.taken(Math.floor((count * kill) / (kills + 1)));
    const pid = castor.pidOf("control");
    process.kill(pid, "SIGKILL");
    await until("control is back", () => castor.pidOf("control") !== pid);
    await until("the API answers", async () => (await confirmed(castor)) >= 0);
  }
  // Starting again is not what a letter costs.
  const ticks = (): number => ownTicks(castor.pidOf("control"));
  const [sinceKill, ticksBefore] = [(await smtp.taken(0)).length, ticks()];
  await until("everybody was told", async () => isAllTold(castor), toldWithinMs);
  const tookS = (performance.now() - began) / 1_000;
  const letters = [...(await smtp.taken(0))];
  const cpuMs = (ticks() - ticksBefore) * tickMs;
  return {
    ...{ subscribers: count, kills, tookS, ...judged(letters, count) },
    cpuMsPerLetter: cpuMs / Math.max(1, letters.length - sinceKill),
    isEndedByLetter: await endsByLetter(castor, letters[0]),
  };
}

async function isAllTold(castor: Running): Promise<boolean> {
  const { sendings } = (await castor.api.ask("status-page.subscribers")) as {
    sendings: { waiting: number; inOutbox: number; endedAt: number | null }[];
  };
  return (
    sendings.length > 0 && sendings.every((each) => each.endedAt !== null && each.inOutbox === 0)
  );
}

function judged(
  letters: readonly Taken[],
  count: number,
): Pick<Told, "reached" | "again" | "wrong"> {
  const ids = new Map<string, Set<string>>();
  for (const letter of letters) {
    const to = letter.to.join();
    ids.set(to, (ids.get(to) ?? new Set<string>()).add(headOf(letter, "Message-ID")));
  }
  const wanted = Array.from({ length: count }, (_, n) => addressOf(n));
  const different = [...ids.values()].reduce((sum, { size }) => sum + size, 0);
  return {
    reached: wanted.filter((each) => ids.has(each)).length,
    again: letters.length - different,
    wrong: different - ids.size + [...ids.keys()].filter((to) => !wanted.includes(to)).length,
  };
}

/** As a mailbox does it when its owner presses "unsubscribe" (RFC 8058). */
async function endsByLetter(castor: Running, letter: Taken | undefined): Promise<boolean> {
  if (!letter) return false;
  const url = /<([^>]+)>/.exec(headOf(letter, "List-Unsubscribe"))?.[1] ?? "";
  if (headOf(letter, "List-Unsubscribe-Post") !== "List-Unsubscribe=One-Click") return false;
  const before = await confirmed(castor);
  const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
  const answer = await fetch(url, { method: "POST", body });
  return answer.ok && (await confirmed(castor)) === before - 1;
}
