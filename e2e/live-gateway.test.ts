import { afterEach, expect, test } from "bun:test";
import { joinLive, type LiveClient, type Shown } from "../src/absorb/live/client/client.ts";
import { outcome, type Outcome } from "../src/absorb/live/contract/outcomes.ts";
import { allServe, endAll, freePort, later, startCastor, until } from "./running.ts";

const timeoutMs = 60_000;
const show = {
  ...{ title: "The final", participantsMax: 1_000, finalists: 1 },
  dimensions: { age: ["young", "grown"] },
};
type Links = { play: string; stage: string };
const questions = {
  opening: { text: "Which one?", choices: ["this", "that"], right: "this", window: "20s" },
  encore: { text: "And then?", choices: ["one", "two", "three"], right: "three", window: "20s" },
};

afterEach(endAll, timeoutMs);

/** A phone: what it was shown, and what became of its answers. */
type Phone = {
  token: string;
  client: LiveClient;
  states: string[];
  shown: Shown[];
  counted: Outcome[];
};

async function phone(url: string, age: string): Promise<Phone> {
  const joined = await fetch(`${url}join`, {
    method: "POST",
    body: JSON.stringify({ values: { age } }),
  });
  const { token } = (await joined.json()) as { token: string };
  const states: string[] = [];
  const shown: Shown[] = [];
  const counted: Outcome[] = [];
  const client = joinLive({
    ...{ url: url.replace(/\/$/, ""), token },
    state: (state) => states.push(state),
    shown: (question) => shown.push(question),
    counted: ({ outcome }) => counted.push(outcome),
  });
  later(() => client.close());
  return { token, client, states, shown, counted };
}

/** What a stage hears as server-sent events. */
async function stage(link: string): Promise<() => string> {
  const [page = "", token = ""] = link.split("#t=");
  const abort = new AbortController();
  later(() => abort.abort());
  const { body } = await fetch(`${page.replace(/screen$/, "stage")}?t=${token}`, {
    signal: abort.signal,
  });
  let heard = "";
  void (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of body ?? []) heard = (heard + decoder.decode(bytes)).slice(-20_000);
  })().catch(() => {});
  return () => heard;
}

test(
  "a whole show through the gateway: people join, hear of questions and answer, the stage follows, and one is named",
  async () => {
    const port = freePort();
    const config = (address?: string) => ({
      catalog: { services: { crowd: { url: `http://127.0.0.1:${port}` } } },
      gateway: { workers: 1, routes: [{ service: "crowd" }] },
      live: {
        ...{ listen: `127.0.0.1:${port}`, ...(address !== undefined && { address }) },
        shows: { final: { ...show, questions } },
      },
    });
    const castor = await startCastor({ config: config() });
    castor.writeConfig(config(castor.gateway));
    await castor.api.act("live.open-doors", { show: "final" });
    const links = await until("the show is at the gateway", async () => {
      const found = (await castor.api.act("live.links", { show: "final" })) as Links;
      return found.play.startsWith(castor.gateway) && found;
    });
    await allServe(castor, 1);
    expect(await (await fetch(links.play)).text()).toContain("player.js");
    const heard = await stage(links.stage);
    const phones = await Promise.all(
      ["young", "grown", "young"].map((age) => phone(links.play, age)),
    );
    await until("all are on", () => phones.every(({ states }) => states.at(-1) === "on"));

    const choices = { opening: [0, 0, 1], encore: [2, 1, 0] };
    for (const [place, [id, chosen]] of Object.entries(choices).entries()) {
      await castor.api.act("live.arm", { show: "final", question: id });
      await castor.api.act("live.reveal", { show: "final", question: id, in: "500ms" });
      await until("all are shown it", () =>
        phones.every(({ shown }) => shown.length === place + 1),
      );
      for (const [n, { client }] of phones.entries()) client.answer(place, chosen[n] ?? 0);
      await until("all are counted", () =>
        phones.every(({ counted }) => counted.length === place + 1),
      );
      await castor.api.act("live.close", { show: "final", question: id });
    }
    for (const { counted, shown, states } of phones) {
      expect(counted).toEqual([outcome.recorded, outcome.recorded]);
      expect(shown.map(({ text }) => text)).toEqual(["Which one?", "And then?"]);
      // Nobody was cut off on the way.
      expect(states).toEqual(["connecting", "on"]);
    }
    await castor.api.act("live.finish", { show: "final" });
    const token = phones[0]?.token ?? "";
    const place = await until("the first one is told their place", async () => {
      const said = await (await fetch(`${links.play}place?t=${token}`)).json();
      return said.isFinalist === true && said;
    });
    expect(place).toMatchObject({ rank: 1, right: 2, isOver: true });
    const agreed = await fetch(`${links.play}consent`, {
      method: "POST",
      body: JSON.stringify({ t: token, name: "Ana Liva", contact: "ana@example.org" }),
    });
    expect(agreed.status).toBe(200);
    await until("the stage names them", () => heard().includes("Ana Liva"));
  },
  timeoutMs,
);
