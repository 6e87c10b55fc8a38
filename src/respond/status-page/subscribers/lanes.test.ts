import { noNet } from "#kernel/testing";
import { afterEach, expect, test } from "bun:test";
import { hookPaused, subscribers } from "../contract.ts";
import { page, post } from "../world.testing.ts";
import type { Kind } from "./roster.ts";
import { rosterOf, sendingsOf } from "./store.ts";
import { pausedId } from "./tell.ts";
import { counts, type Here, lettersTo, subscribe } from "./subscribers.testing.ts";

const hourMs = 3_600_000;
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each();
});

/** Hooks on a real server: those under `/hangs` never answer, those under `/broken` answer 500. */
async function withHooks() {
  const asked: string[] = [];
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0 },
    fetch: ({ url }) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      if (pathname.startsWith("/hangs")) return new Promise<Response>(() => {});
      return new Response(null, { status: pathname.startsWith("/broken") ? 500 : 200 });
    },
  });
  const net = { ...noNet, fetch: (to: string, init?: RequestInit) => fetch(to, init) };
  const here = await page({ subscribe: { ...subscribe, allowPrivate: true } }, { net });
  open.push(
    () => here.castor.castor.stop(),
    () => server.stop(true),
  );
  /** As if they had said yes. */
  const add = async (kind: Kind, addresses: readonly string[]): Promise<void> => {
    const roster = rosterOf(here.read());
    const secret = kind === "webhook" ? "whsec_c2VjcmV0" : null;
    const all = addresses.map(async (address) => {
      const id = here.ports.clock.id();
      const one = { id, kind, address, language: "en", secret, wants: ["*"] };
      await roster.signUp(one, { now: 0, max: 10_000 });
      await roster.confirm(id);
    });
    await doing(Promise.all(all), here);
  };
  const hooks = (path: string, count: number): string[] =>
    Array.from({ length: count }, (_, n) => `http://127.0.0.1:${server.port}/${path}/${n}`);
  const heard = (path: string): number =>
    asked.filter((each) => each.startsWith(`/${path}/`)).length;
  return { ...here, here, add, hooks, heard };
}

/** Lets the real server answer, a little of virtual time at each look. */
async function until(isSo: () => boolean | Promise<boolean>, { castor }: Here): Promise<void> {
  while (!(await isSo())) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await castor.advance(10);
  }
}
/** What waits for virtual time gets it, and as much as it needs. */
async function doing<T>(work: Promise<T>, here: Here): Promise<T> {
  let isDone = false;
  const end = (): void => void (isDone = true);
  work.then(end, end);
  await until(() => isDone, here);
  return await work;
}
const telling = (here: Here, title: string): Promise<unknown> =>
  doing(here.castor.run("status-page.post", post({ title })), here);

test("300 letters and 50 hooks that work go out at once while 40 hooks hang", async () => {
  const { here, add, hooks, heard } = await withHooks();
  const people = Array.from({ length: 300 }, (_, n) => `p${n}@home.example`);
  await add("email", people);
  await add("webhook", [...hooks("hangs", 40), ...hooks("works", 50)]);
  const begun = here.ports.clock.now();
  await telling(here, "First");
  await until(() => here.postOffice.letters.length === 300, here);
  // Nobody waited for the ten seconds that one hook is given.
  expect(here.ports.clock.now() - begun).toBeLessThan(10_000);
  expect(lettersTo(here, "p299@home.example")).toHaveLength(1);
  await until(() => heard("works") === 50 && heard("hangs") >= 40, here);
  // The second time those that hang may take half of the room: whoever works is told at once.
  const second = here.ports.clock.now();
  await telling(here, "Second");
  await until(() => heard("works") === 100 && here.postOffice.letters.length === 600, here);
  expect(here.ports.clock.now() - second).toBeLessThan(10_000);
}, 60_000);

/** A hook that failed eleven times, the first time so long ago: what virtual time would take long for. */
async function failing(sinceMs: number) {
  const { here, add, hooks, heard } = await withHooks();
  const [broken = ""] = hooks("broken", 1);
  await add("webhook", [broken]);
  const roster = rosterOf(here.read());
  const id = roster.find("webhook", broken)?.id ?? "";
  const since = here.ports.clock.now() - sinceMs;
  for (let n = 0; n < 11; n++) await doing(roster.went(id, since), here);
  return { here, roster, id, since, heard };
}

test("a hook that failed twelve times in a night is not gone for good yet", async () => {
  const { here } = await failing(0);
  await telling(here, "First");
  const due = () => sendingsOf(here.read()).due(Infinity, { kind: "webhook", limit: 1 });
  await until(() => due()[0]?.failures === 12, here);
  await here.castor.advance(1_000);
  expect(await counts(here, "webhook")).toMatchObject({ confirmed: 1, paused: 0 });
}, 60_000);

test("a hook that failed for a day is told nothing more, the log and the console say so, and a yes brings it back", async () => {
  const { here, roster, id, heard } = await failing(25 * hourMs);
  await telling(here, "First");
  const told = () => here.castor.facts().find(({ event }) => event.type === hookPaused.type);
  await until(() => roster.get(id)?.state === "paused", here);
  // It stands there before anything comes of it.
  const fact = told();
  expect(fact?.event.data).toMatchObject({ kind: "webhook", failures: 12, why: "it answered 500" });
  expect(JSON.stringify(here.castor.facts())).not.toContain("/broken/");
  const { paused, sendings } = await here.castor.ask(subscribers, {});
  expect(paused).toEqual([{ kind: "webhook", at: expect.any(Number), why: "it answered 500" }]);
  expect(sendings).toMatchObject([{ failed: 1, waiting: 0 }]);
  const before = heard("broken");
  await here.run("post", post({ title: "Second" }));
  expect(heard("broken")).toBe(before);
  await doing(roster.confirm(id), here);
  expect(await counts(here, "webhook")).toMatchObject({ confirmed: 1, paused: 0 });
}, 60_000);

test("where a crash came between the word that a hook is paused and the pause, the next failure pauses it, and is no second word", async () => {
  const { here, roster, id, since } = await failing(25 * hourMs);
  const word = hookPaused({ subscriber: id, kind: "webhook", failures: 11, since, why: "500" });
  await doing(here.read().record("page", [word], { id: pausedId(id, since) }), here);
  await telling(here, "First");
  await until(() => roster.get(id)?.state === "paused", here);
  expect(here.castor.types().filter((type) => type === hookPaused.type)).toHaveLength(1);
}, 60_000);
