import { capability, route } from "#kernel";
import { httpApi, noNet, testAuth, testCastor, testPorts } from "#kernel/testing";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Browser, chromium } from "playwright-core";
import * as z from "zod";
import { buildConsole, consoleFolder } from "../../../tools/build-console.ts";
import { people } from "../../platform/people/index.ts";
import { privacy } from "../../platform/privacy/index.ts";
import { push } from "../../platform/push/index.ts";
import { pushService } from "../../platform/push/push-service.testing.ts";
import { chromiumPath } from "../journeys/reader.ts";
import { serveConsole } from "../serve.ts";
import { deviceName } from "./device-name.ts";
import { installed, notesIn, tap, until } from "./hand-over.testing.ts";

const TIME_LIMIT_MS = 60_000;
let browser: Browser;
beforeAll(async () => {
  await buildConsole();
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
}, TIME_LIMIT_MS);
afterAll(() => browser.close());

/** What the buttons of a page lead to, in the place of the capability that signs them. */
function signedLinks() {
  const asked: { path: string; cookie: string | null; origin: string | null }[] = [];
  const answers = { status: 200 };
  const slice = capability({
    ...{ id: "links", about: "Signed links.", config: z.object({}) },
    routes: [
      route("POST", "/in/links/:token", {
        about: "Does it.",
        allow: "public",
        serve: (request) => {
          const { headers } = request;
          const { pathname: path } = new URL(request.url);
          asked.push({ path, cookie: headers.get("cookie"), origin: headers.get("origin") });
          return Promise.resolve(new Response("", answers));
        },
      }),
    ],
  });
  return { slice, asked, answers };
}

/** A Castor whose console is open in a real browser, and a push service that browser never sees: its messages are handed over. */
async function started() {
  const [service, links] = [pushService(), signedLinks()];
  const net = { ...noNet, fetch: (url: string, init?: RequestInit) => fetch(url, init) };
  const ports = testPorts({ net });
  const auth = testAuth({ clock: ports.clock });
  const castor = await testCastor([privacy, people, push, links.slice], {
    ...{ ports, config: { push: { services: [service.url] } } },
    equipment: { auth, sealer: ports.sealer },
  });
  const api = httpApi({ castor: castor.castor, auth, otherwise: serveConsole(consoleFolder) });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => api(request, "127.0.0.1"),
  });
  const origin = `http://localhost:${server.port}`;
  const context = await browser.newContext({ permissions: ["notifications"] });
  await context.addCookies([{ name: "session", value: "secret", url: origin }]);
  const page = await context.newPage();
  await page.goto(`${origin}/sign-in`);
  const { worker, hand, shown } = await installed(page, origin);
  const { link } = (await castor.act("people.invite", { role: "viewer" })) as { link: string };
  const ann = await auth.enter(link, { name: "Ann", email: "ann@example.org" });
  await castor.act(
    "push.add-device",
    { name: "A phone", subscription: service.subscribe() },
    { kind: "person", id: ann },
  );
  const tell = async (more: object) => {
    await castor.act("push.send", { account: ann, title: "Checkout is down", ...more });
    await hand(service.pushed.at(-1)?.text ?? "");
  };
  const receipts = () =>
    castor
      .facts()
      .filter(({ event }) => event.type === "push.shown")
      .map(({ event }) => event.data as { id: string; what: string });
  return {
    ...{ castor, links, page, worker, tell, hand, receipts, shown },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await server.stop(true);
      await service[Symbol.asyncDispose]();
      await castor[Symbol.asyncDispose]();
    },
  };
}

test(
  "a push is shown with its buttons, and a button does what it says without anybody signed in",
  async () => {
    await using home = await started();
    const actions = [
      { title: "Acknowledge", url: "/in/links/ack" },
      { title: "Escalate", url: "https://elsewhere.example/in/links/up" },
    ];
    await home.tell({ id: "p.1", body: "since 02:10", thread: "t", urgency: "high", actions });
    await home.shown("Checkout is down");
    const [note] = await notesIn(home.page);
    expect(note).toMatchObject({
      ...{ title: "Checkout is down", body: "since 02:10", tag: "t", stays: true },
      actions: ["Acknowledge", "Escalate"],
    });
    await until(() => home.receipts().find(({ id, what }) => id === "p.1" && what === "shown"));

    await tap(home.worker, "0");
    await home.shown("Acknowledge: done");
    expect(home.links.asked).toMatchObject([{ path: "/in/links/ack", cookie: null }]);
    expect(await notesIn(home.page)).toMatchObject([{ body: "Checkout is down", actions: [] }]);
    await until(() => home.receipts().find(({ what }) => what === "tapped"));

    await home.tell({ id: "p.2", thread: "t", urgency: "high", actions });
    await home.shown("Checkout is down", 2);
    home.links.answers.status = 503;
    await tap(home.worker, "1");
    const undone = "Escalate: NOT done. Castor answered 503";
    await home.shown(undone);
    expect((await notesIn(home.page)).find(({ title }) => title === undone)).toMatchObject({
      ...{ stays: true, actions: ["Acknowledge", "Escalate"] },
    });
    // Whatever a note says, its buttons lead to where the worker came from.
    expect(home.links.asked[1]?.path).toBe("/in/links/up");
  },
  TIME_LIMIT_MS,
);

test(
  "a canary is shown, proved and gone; what cannot be read is shown as that",
  async () => {
    await using home = await started();
    await home.tell({ id: "c.1", isCanary: true });
    await until(() => home.receipts().find(({ id }) => id === "c.1"));
    await until(async () => ((await notesIn(home.page)).length === 0 ? true : undefined));
    for (const [at, said] of ["", "no JSON", '{"title":1}'].entries()) {
      await home.hand(said);
      await home.shown("Castor has something to tell you", at + 1);
    }
    expect(await notesIn(home.page)).toHaveLength(1);
  },
  TIME_LIMIT_MS,
);

test("a browser is called what people call it", () => {
  const agents = {
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36":
      "Chrome on Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1 Version/18.6 Safari/604.1":
      "Safari on iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36 Edg/141.0":
      "Edge on Windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox on Linux",
    curl: "A browser",
  };
  for (const [agent, name] of Object.entries(agents)) expect(deviceName(agent)).toBe(name);
});
