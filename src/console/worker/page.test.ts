import { action, answer, capability } from "#kernel";
import { httpApi, noNet, testAuth, testCastor, testPorts } from "#kernel/testing";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Browser, chromium } from "playwright-core";
import * as z from "zod";
import { buildConsole, consoleFolder } from "../../../tools/build-console.ts";
import { console as consoleCapability } from "../../platform/console/index.ts";
import { mail } from "../../platform/mail/index.ts";
import { people } from "../../platform/people/index.ts";
import { privacy } from "../../platform/privacy/index.ts";
import { push } from "../../platform/push/index.ts";
import { pushService } from "../../platform/push/push-service.testing.ts";
import { settings } from "../../platform/settings/index.ts";
import * as alerts from "../../respond/alerts/contract.ts";
import { onCall } from "../../respond/on-call/index.ts";
import { now, page as pageQuery } from "../../respond/paging/contract.ts";
import { paging } from "../../respond/paging/index.ts";
import { runbooks } from "../../respond/paging/shelf.testing.ts";
import { chromiumPath } from "../journeys/reader.ts";
import { serveConsole } from "../serve.ts";
import { installed, notesIn, tap, until } from "./hand-over.testing.ts";

const TIME_LIMIT_MS = 60_000;
let browser: Browser;
beforeAll(async () => {
  await buildConsole();
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
}, TIME_LIMIT_MS);
afterAll(() => browser.close());

/** Those whose facts and verbs paging leans on, and which nobody speaks for here. */
const silent = capability({
  ...{ id: "alerts", about: "No alert comes.", config: z.object({}) },
  emits: [alerts.groupOpened, alerts.groupChanged, alerts.groupClosed, alerts.acknowledged],
  answers: [
    answer(alerts.routed, () => ({ receivers: [] })),
    answer(alerts.whatChanged, (read) => ({ at: read.now, changes: [], anomalies: [] })),
  ],
  actions: [
    ...["alerts.silence", "alerts.judge", "alerts.acknowledge", "alerts.replay"].map((name) =>
      action(name, {
        ...{ about: "Does nothing.", input: z.object({}), output: z.object({}) },
        act: () => Promise.resolve({}),
      }),
    ),
  ],
});

test(
  "a page reaches a real browser over Web Push, and its button acknowledges it without a sign-in",
  async () => {
    await using service = pushService();
    // Links in pages name an address, so it has to be known before there is a Castor to answer there.
    const late: { api?: ReturnType<typeof httpApi> } = {};
    const server = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1" },
      fetch: (request) => late.api?.(request, "127.0.0.1") ?? new Response(null, { status: 503 }),
    });
    const origin = `http://localhost:${server.port}`;
    const net = { ...noNet, fetch: (url: string, init?: RequestInit) => fetch(url, init) };
    const ports = testPorts({ net });
    const auth = testAuth({ clock: ports.clock });
    const ann = { account: "ann@example.org", channels: [{ kind: "push" }] };
    const slices = [
      settings,
      consoleCapability,
      privacy,
      people,
      mail,
      push,
      silent,
      runbooks,
      onCall,
      paging,
    ];
    await using castor = await testCastor(slices, {
      ports,
      equipment: { auth, sealer: ports.sealer },
      config: {
        push: { services: [service.url] },
        paging: { address: origin, people: { ann } },
      },
    });
    late.api = httpApi({ castor: castor.castor, auth, otherwise: serveConsole(consoleFolder) });

    const { link } = (await castor.act("people.invite", { role: "responder" })) as { link: string };
    const id = await auth.enter(link, { name: "Ann", email: "ann@example.org" });
    const device = { name: "A phone", subscription: service.subscribe() };
    await castor.act("push.add-device", device, { kind: "person", id });
    await castor.act("paging.raise", { title: "Checkout answers with errors" });

    const pushed = await until(async () => {
      await castor.advance(100);
      return service.pushed.at(-1)?.text;
    });
    const context = await browser.newContext({ permissions: ["notifications"] });
    const window = await context.newPage();
    await window.goto(`${origin}/sign-in`);
    const { worker, hand, shown } = await installed(window, origin);
    await hand(pushed);
    const { title = "" } = JSON.parse(pushed) as { title?: string };
    await shown(title);
    const [note] = await notesIn(window);
    expect(note?.title).toContain("Checkout answers with errors");
    expect(note?.actions.slice(0, 2)).toEqual(["Acknowledge", "Escalate"]);

    await tap(worker, "0");
    await shown("Acknowledge: done");
    await castor.advance(1_000);
    const { pages } = await castor.ask(now, {});
    expect(pages).toMatchObject([{ phase: "acknowledged", acknowledgedBy: "ann" }]);
    const { deliveries } = await castor.ask(pageQuery, { page: pages[0]?.page ?? "" });
    expect(deliveries).toMatchObject([
      { person: "ann", channel: "push", state: "accepted", deliveredAt: expect.any(Number) },
    ]);
    await context.close();
    await server.stop(true);
  },
  TIME_LIMIT_MS,
);
