import { expect, test } from "bun:test";
import { assert, nat, property, string } from "fast-check";
import { now, page } from "../contract.ts";
import {
  killed,
  ladder,
  minuteMs,
  silences,
  verdicts,
  world,
  type World,
} from "../world.testing.ts";
import { shelf } from "../shelf.testing.ts";
import { readGrant, sealGrant } from "./tokens.ts";

const key = new Uint8Array(32).fill(7);
const grant = { deed: "acknowledge" as const, page: "g-1", person: "ann", until: 5_000 };

test("a link allows one deed, about one page, for one person, for a while", () => {
  const token = sealGrant(key, grant);
  expect(readGrant(key, token, 4_000)).toEqual(grant);
  expect(readGrant(key, token, 6_000)).toBe("expired");
  expect(readGrant(new Uint8Array(32).fill(8), token, 4_000)).toBeUndefined();
  for (const other of ["e", "s", "p"])
    expect(readGrant(key, token.replace(/^a/, other), 4_000)).toBeUndefined();
  expect(readGrant(key, token.replace("g-1", "g-2"), 4_000)).toBeUndefined();
  expect(readGrant(key, token.replace("ann", "ben"), 4_000)).toBeUndefined();
});

test("no other text opens anything", () => {
  const token = sealGrant(key, grant);
  assert(
    property(string(), nat(token.length - 1), (text, at) => {
      const changed = token.slice(0, at) + text + token.slice(at + 1);
      expect(readGrant(key, text, 4_000)).toBeUndefined();
      if (changed !== token) expect(readGrant(key, changed, 4_000)).toBeUndefined();
    }),
  );
});

const dayMs = 86_400_000;
const linksOf = ({ phones }: World): Record<string, string> => {
  const body = phones.heard.at(-1)?.body ?? {};
  const actions = body["actions"] as { action: string; url: string }[];
  const all = [...actions, { action: "show", url: String(body["url"]) }];
  return Object.fromEntries(all.map(({ action, url }) => [action, new URL(url).pathname]));
};

test("looking changes nothing, a tap does it, and a wrong or old link says what it is", async () => {
  const night = await world();
  await using _ = night.castor;
  const description = `<script>alert(1)</script> & "quotes"`;
  await night.tell("opened", { annotations: { description, runbook_url: "javascript:alert(1)" } });
  const links = linksOf(night);
  for (const path of Object.values(links)) {
    const seen = await night.send(path);
    const text = await seen.text();
    expect(seen.status).toBe(200);
    expect(text).toContain("Checkout answers with errors");
    expect(text).not.toContain("<script");
    expect(text).not.toContain("javascript:");
    expect(seen.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(seen.headers.get("referrer-policy")).toBe("no-referrer");
  }
  expect((await night.castor.ask(now, {})).pages[0]?.phase).toBe("triggered");
  expect((await night.send(links["show"] ?? "", { method: "POST" })).status).toBe(405);
  expect((await night.send("/in/page/nothing", { method: "POST" })).status).toBe(404);
  const done = await night.send(links["acknowledge"] ?? "", { method: "POST" });
  expect(done.status).toBe(303);
  expect((await night.castor.ask(now, {})).pages[0]?.acknowledgedBy).toBe("ann");
  const again = await night.send(done.headers.get("location") ?? "");
  expect(await again.text()).toContain("You see to it");
  const later = await killed(night, 4 * dayMs);
  await using __ = later.castor;
  expect((await later.send(links["escalate"] ?? "", { method: "POST" })).status).toBe(410);
});

const book = {
  ...{ runbook: "shop/pay", title: "Nobody can <pay>", services: ["shop"], alerts: [], labels: {} },
  ...{ why: "service" as const, says: "is for shop", steps: 4, done: 0 },
};
test("whoever was woken sees the runbook that is found, why it is this one, and the alert's own before it", async () => {
  const night = await world();
  await using _ = night.castor;
  shelf.books = [book];
  await night.tell("opened", { annotations: { description: "Cards are refused" } });
  const shown = async () => await (await night.send(linksOf(night)["show"] ?? "")).text();
  const text = await shown();
  expect(text).toContain("Nobody can &lt;pay&gt;<small>It is for shop, 4 steps.</small>");
  expect(text).toContain('href="/runbooks?runbook=shop%2Fpay&amp;service=shop&amp;alert=Errors"');
  expect(shelf.asked.at(-1)).toMatchObject({
    ...{ services: ["shop"], alerts: ["Errors"], limit: 1 },
    text: "Checkout answers with errors Cards are refused",
  });
  await night.tell("changed", { annotations: { runbook_url: "https://wiki.example/pay" } });
  expect(await shown()).toContain('href="https://wiki.example/pay"');
  shelf.books = [];
  await night.tell("changed", { annotations: {} });
  expect(await shown()).not.toContain('book"');
});

test("a shelf that is broken takes nothing from the page", async () => {
  const night = await world();
  await using _ = night.castor;
  shelf.books = [{ ...book, steps: "many" as never }];
  await night.tell("opened");
  const answer = await night.send(linksOf(night)["show"] ?? "");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("Checkout answers with errors");
  shelf.books = [];
});

test("what a link leads to lasts no longer than the link", async () => {
  const night = await world();
  await night.tell("opened");
  const { show = "" } = linksOf(night);
  const third = await killed(night, 2 * dayMs);
  const shown = await (await third.send(show)).text();
  const forms = [...shown.matchAll(/action="([^"]+)"/g)].map(([, to = ""]) => {
    const { pathname } = new URL(to, `http://castor${show}`);
    return pathname;
  });
  expect(forms.length).toBeGreaterThan(1);
  const ends = [show, ...forms].map((path) => path.split("/")[3]?.split(".")[1]);
  expect(new Set(ends).size).toBe(1);
  const fourth = await killed(third, dayMs);
  await using _ = fourth.castor;
  for (const path of forms) expect((await fourth.send(path, { method: "POST" })).status).toBe(410);
});

test("whoever is called no more neither sees nor does anything by old links", async () => {
  const night = await world();
  await night.tell("opened");
  const links = linksOf(night);
  const { ann: _ann, ...people } = ladder.people;
  const config = { people, policies: { default: { steps: [{ who: ["ben"] }] } } };
  const later = await killed({ ...night, of: { config } }, 1_000);
  await using _ = later.castor;
  const shown = await later.send(links["show"] ?? "");
  expect(shown.status).toBe(410);
  expect(await shown.text()).not.toContain("Checkout");
  const done = await later.send(links["acknowledge"] ?? "", { method: "POST" });
  expect(done.status).toBe(410);
  expect((await later.castor.ask(now, {})).pages[0]?.acknowledgedBy ?? null).toBe(null);
});

test("only a browser that somebody steers has seen it", async () => {
  const night = await world();
  await using _ = night.castor;
  await night.tell("opened");
  const seen = async (): Promise<boolean> => {
    const { history } = await night.castor.ask(page, { page: "g-1" });
    return history.some(({ type }) => type === "paging.seen");
  };
  const { show = "" } = linksOf(night);
  await night.send(show);
  expect(await seen()).toBe(false);
  await night.send(show, { headers: { "sec-fetch-mode": "navigate" } });
  expect(await seen()).toBe(true);
});

test("a tap silences what the page is about, and sees to it", async () => {
  const night = await world();
  await using _ = night.castor;
  silences.length = 0;
  await night.tell("opened", { labels: { alertname: 'Err "x"', service: "shop" } });
  await night.tap("ann", "silence");
  expect(silences).toMatchObject([{ match: ['alertname="Err \\"x\\""', 'service="shop"'] }]);
  expect((await night.castor.ask(now, {})).pages[0]?.acknowledgedBy).toBe("ann");
});

test("Mattermost's buttons hear what they did", async () => {
  const night = await world();
  await using _ = night.castor;
  await night.tell("opened");
  const answer = await night.send(linksOf(night)["acknowledge"] ?? "", {
    ...{ method: "POST", body: "{}" },
    headers: { "content-type": "application/json" },
  });
  expect(await answer.json()).toEqual({ ephemeral_text: "ann sees to it." });
});

test("who has seen to it says that it was noise and why, and is led to the rule", async () => {
  const night = await world();
  await using _ = night.castor;
  verdicts.length = 0;
  await night.tell("opened");
  expect(night.phones.heard[0]?.body["noiseUrl"]).toBe(null);
  await night.tap("ann", "acknowledge");
  await night.tell("closed", { why: "resolved", quiet: true });
  const url = String(night.phones.heard.at(-1)?.body["noiseUrl"]);
  const { pathname } = new URL(url);
  const shown = await (await night.send(pathname)).text();
  expect(shown).toContain("This page was noise because…");
  expect(verdicts).toEqual([]);
  const say = (because: string): Promise<Response> =>
    night.send(pathname, {
      ...{ method: "POST", body: new URLSearchParams({ because }).toString() },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  expect((await say(" x ")).status).toBe(400);
  expect((await say("y".repeat(5_000))).status).toBe(413);
  const noted = await say("it heals by <itself>");
  expect(noted.status).toBe(200);
  const because = "it heals by <itself> (ann)";
  expect(verdicts).toEqual([{ group: "g-1", verdict: "noise", because }]);
  expect(await noted.text()).toContain("/alerts?view=noise&amp;rule=Errors");
});

test("what came back says after how long, and when it began the time before", async () => {
  const night = await world();
  await using _ = night.castor;
  await night.tell("opened");
  await night.tell("closed", { why: "resolved", quiet: true });
  await night.castor.advance(20 * minuteMs);
  await night.tell("opened", { why: "reopened" });
  const lines = night.phones.heard.at(-1)?.body["lines"];
  expect(lines).toContain("Back after 20 min; the time before it began at 00:00 UTC, 20 min ago");
  expect((await night.castor.ask(page, { page: "g-1" })).before).not.toBe(null);
});
