import { afterEach, expect, test } from "bun:test";
import { openBrowser } from "../src/console/journeys/reader.ts";
import { allServe, endAll, freePort, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
const windowMs = 1_000;
const newInWindow = 5;
/** Each wave comes in a later window than the one before it. */
const waves = [3, 2];
const pictures = Bun.env["CASTOR_PICTURES"];

afterEach(endAll, timeoutMs);

const show = {
  ...{ title: "The final night", participantsMax: 1_000 },
  dimensions: { age: ["under 18", "18 and over"] },
  questions: {
    one: { text: "Which song came first?", choices: ["Kiss You", "Up All Night"], window: "30s" },
  },
};

async function startShow(): Promise<{ castor: Running; join: string }> {
  const port = freePort();
  const config = (address?: string) => ({
    catalog: { services: { crowd: { url: `http://127.0.0.1:${port}`, health: { every: "1s" } } } },
    gateway: { workers: 1, routes: [{ service: "crowd" }] },
    "waiting-room": {
      rooms: {
        door: {
          ...{ routes: ["/live/final/join"], open: "always", activeMax: 100, poll: "1s" },
          ...{ newPerMinute: newInWindow * (60_000 / windowMs), window: `${windowMs}ms` },
        },
      },
    },
    live: {
      ...{ listen: `127.0.0.1:${port}`, ...(address !== undefined && { address }) },
      shows: { final: show },
    },
  });
  const castor = await startCastor({ config: config() });
  castor.writeConfig(config(castor.gateway));
  await castor.api.act("live.open-doors", { show: "final" });
  await allServe(castor, 1);
  return { castor, join: `${castor.gateway}/live/final/join` };
}

/** A phone at the door, with its cookie. */
class Phone {
  cookie = "";
  index: number | undefined;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(method: "GET" | "POST" | "DELETE" = "POST"): Promise<Response> {
    const answer = await fetch(this.#url, {
      method,
      headers: { accept: "application/json", ...(this.cookie && { cookie: this.cookie }) },
      ...(method === "POST" && { body: JSON.stringify({ values: { age: "18 and over" } }) }),
    });
    const given = /^(castor\.room\.door=[^;]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1];
    if (given !== undefined) this.cookie = given;
    return answer;
  }

  /** Whether it has its token now. */
  async joins(): Promise<boolean> {
    const answer = await this.ask();
    const said = (await answer.json()) as { token?: string; index?: number };
    if (answer.status !== 200) expect(said.token).toBeUndefined();
    this.index = said.index;
    return said.index !== undefined;
  }

  async waits(): Promise<void> {
    await until("it is their turn", () => this.joins());
  }
}

/** A turn is one token, however often and at once somebody asks; who has said that they have it is in no turn any more. */
async function triesAgain(join: string): Promise<void> {
  const trickster = new Phone(join);
  const passes: string[] = [];
  // The show's own no, to a GET, does not end the turn: the pass is for whoever is in.
  await until("it is their turn", async () => {
    const { status } = await trickster.ask("GET");
    passes.push(trickster.cookie);
    return status === 405;
  });
  const told = await Promise.all(Array.from({ length: 20 }, () => trickster.ask("POST")));
  const all = (await Promise.all(told.map((each) => each.json()))) as { index?: number }[];
  const numbers = new Set(all.map(({ index }) => index));
  expect([...numbers]).toEqual([expect.any(Number)]);
  // As a phone does that lost the answer.
  expect(await trickster.joins()).toBe(true);
  expect(numbers).toContain(trickster.index);
  expect((await trickster.ask("DELETE")).status).toBe(204);
  for (const pass of new Set(passes)) {
    trickster.cookie = pass;
    expect(await trickster.joins()).toBe(false);
  }
  const forged = new Phone(join);
  forged.cookie = `${passes[0]?.slice(0, -4)}AAAA`;
  expect(await forged.joins()).toBe(false);
}

type Audit = { rooms: { admitted: number; inversions: number }[] };

test(
  "more people than places: nobody gets a token out of turn or twice, and the player's page waits and then plays",
  async () => {
    const { castor, join } = await startShow();
    const browser = await openBrowser();
    later(() => browser.close());
    const reader = await browser.reader(castor.gateway, "phone");
    const { page } = reader;
    // What a room answers to a form that is sent by somebody who waits.
    reader.expectComplaint(/503/);
    await page.goto(`${castor.gateway}/live/final/`);
    await page.locator("select[name=age]").selectOption("18 and over");

    const phones = waves.map((people) => Array.from({ length: people }, () => new Phone(join)));
    for (const wave of phones) {
      const began = Date.now();
      const joined = await Promise.all(wave.map((phone) => phone.joins()));
      expect(joined).toEqual(wave.map(() => false));
      await until("the next window", () => Date.now() - began > windowMs);
    }
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText("You are in line").waitFor();
    expect(await reader.barriers()).toEqual([]);
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/live-line.png` });
    const all = phones.flat();
    await Promise.all([...all.map((phone) => phone.waits()), triesAgain(join)]);
    await page.getByText("The next question comes by itself").waitFor();
    // Numbers are given out one after the other: these, the page's and the trickster's first, and none besides.
    const numbers = new Set(all.map(({ index = Number.NaN }) => index));
    expect(numbers.size).toBe(all.length);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(all.length + 1);
    const { rooms } = (await castor.api.ask("waiting-room.audit")) as Audit;
    const [door] = rooms;
    expect(door?.inversions).toBe(0);
    expect(door?.admitted).toBeGreaterThan(0);

    await castor.api.act("live.arm", { show: "final", question: "one" });
    await castor.api.act("live.reveal", { show: "final", question: "one", in: "500ms" });
    await page.getByRole("button", { name: "Up All Night" }).click();
    await page.getByText("Your answer is safe.").waitFor();
    // Who plays stands in no line any more, also with a new page.
    await page.reload();
    await page.getByRole("heading", { name: "Which song came first?" }).waitFor();
    expect(reader.complaints).toEqual([]);
  },
  timeoutMs,
);
