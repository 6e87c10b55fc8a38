import type { Net } from "#kernel";
import { noNet, testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalogOf } from "./catalog.testing.ts";
import type { Cellar, FormBox, SealedForm } from "./cellar/contract.ts";
import { type KeptForm, replayed, replays, status, thawed } from "./contract.ts";
import { freeze } from "./index.ts";

type Row = KeptForm & { sealed: Uint8Array };

/** Forms in memory, in their order. */
function box(count: number): FormBox & { rows: Row[] } {
  const rows = Array.from({ length: count }, (_, i): Row => {
    const form: SealedForm = {
      ...{ method: "POST", target: `/order?n=${i + 1}`, host: "shop.example", proto: "https" },
      ...{
        address: "203.0.113.9",
        fields: [["Content-Type", "text/plain"]],
        body: btoa(`n=${i + 1}`),
      },
    };
    const sealed = Buffer.from(JSON.stringify(form));
    return {
      ...{ receipt: `F-${i + 1}`, service: "shop", method: "POST", path: "/order", keptAt: i },
      ...{ bytes: sealed.length, state: "waiting", status: null, tries: 0, sealed },
    };
  });
  const find = (receipt: string) => rows.find((each) => each.receipt === receipt) as Row;
  return {
    rows,
    add: () => false,
    list: () => rows,
    next: () => {
      const found = rows.find(({ state }) => state === "waiting" || state === "sending");
      return found && { ...found };
    },
    mark: (receipt, { state, status: code }) => {
      const row = find(receipt);
      Object.assign(row, { state, status: code, tries: row.tries + (state === "sending" ? 1 : 0) });
    },
    again: () => 0,
    drop: () => 0,
    forgetBefore: () => 0,
    close: () => {},
  };
}

async function world(forms: FormBox, fetch: Net["fetch"], healthy = true) {
  const cellar: Cellar = {
    objects: { put: async () => "", get: async () => undefined, sweep: async () => 0 },
    progress: new Map(),
    forms,
    publicKeyOf: () => "public",
    unseal: (_, sealed) => sealed,
  };
  return await testCastor([settings, catalogOf("shop", healthy), freeze], {
    config: { freeze: { sites: { shop: { formsPerSecond: 1 } } } },
    equipment: { freeze: cellar },
    net: { ...noNet, fetch },
  });
}

const facts = (castor: Awaited<ReturnType<typeof world>>) =>
  castor.facts().flatMap(({ event }) => (event.type === replayed.type ? [event.data] : []));

test("kept forms go to the origin in their order, once each, as the visitor sent them, at the pace that was told", async () => {
  const sent: { url: string; at: number; init: RequestInit }[] = [];
  const forms = box(3);
  const clock: { now?: () => number } = {};
  await using castor = await world(forms, async (url, init = {}) => {
    sent.push({ url, at: clock.now?.() ?? 0, init });
    return new Response(null, { status: 303 });
  });
  clock.now = () => castor.clock.now();
  await castor.advance(10_000);
  expect(sent.map(({ url }) => url)).toEqual(
    [1, 2, 3].map((n) => `http://10.0.0.1:80/order?n=${n}`),
  );
  expect((sent[2]?.at ?? 0) - (sent[1]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  const headers = new Headers(sent[0]?.init.headers);
  expect(Object.fromEntries(headers)).toMatchObject({
    ...{ host: "shop.example", "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" },
    ...{ "idempotency-key": "F-1", "content-type": "text/plain" },
  });
  expect(Buffer.from(sent[0]?.init.body as Uint8Array).toString()).toBe("n=1");
  expect(forms.rows.map(({ state, status: code }) => [state, code])).toEqual(
    [1, 2, 3].map(() => ["sent", 303]),
  );
  expect(facts(castor)).toEqual([{ service: "shop", sent: 3, again: 0, failed: 0 }]);
  expect(
    castor.castor.ports.counters.total(replays, { from: 0, to: castor.clock.now() + 1 })[0]?.value,
  ).toBe(3);
});

test("an origin that says no has failed the form; one that is away or says not now is asked again later", async () => {
  const answers = [400, 503, "away", 200];
  const forms = box(2);
  const seen: string[] = [];
  await using castor = await world(forms, async (url) => {
    seen.push(url.slice(-1));
    const next = answers.shift();
    if (next === "away") throw new Error("ConnectionRefused");
    return new Response(null, { status: next as number });
  });
  await castor.advance(3_000);
  expect(forms.rows.map(({ state }) => state)).toEqual(["failed", "waiting"]);
  await castor.advance(30_000);
  expect(seen).toEqual(["1", "2", "2", "2"]);
  expect(forms.rows.map(({ state, status: code }) => [state, code])).toEqual([
    ["failed", 400],
    ["sent", 200],
  ]);
  expect(facts(castor)).toEqual([{ service: "shop", sent: 1, again: 0, failed: 1 }]);
});

test("a form that was on its way when Castor died goes once more, with the same key, and is counted as such", async () => {
  const forms = box(2);
  forms.mark("F-1", { state: "sending", status: null, at: 0 });
  const sent: (string | null)[] = [];
  await using castor = await world(forms, async (_, init) => {
    sent.push(new Headers(init?.headers).get("idempotency-key"));
    return new Response("ok");
  });
  await castor.advance(10_000);
  expect(sent).toEqual(["F-1", "F-2"]);
  expect(facts(castor)).toEqual([{ service: "shop", sent: 2, again: 1, failed: 0 }]);
});

test("nothing is sent while the service is frozen or unwell", async () => {
  const forms = box(1);
  let sent = 0;
  const fetch: Net["fetch"] = async () => (sent++, new Response("ok"));
  await using unwell = await world(forms, fetch, false);
  await unwell.advance(20_000);
  expect(sent).toBe(0);
  await using castor = await world(forms, fetch);
  await castor.run("freeze.start", { reason: "front page", anyway: true });
  sent = 0;
  forms.rows[0] = { ...(forms.rows[0] as Row), state: "waiting" };
  await castor.advance(20_000);
  expect(sent).toBe(0);
  expect((await castor.ask(status, {})).sites[0]?.forms.waiting).toBe(1);
  await castor.run("freeze.end", {});
  expect(castor.types()).toContain(thawed.type);
  await castor.advance(20_000);
  expect(sent).toBe(1);
});
