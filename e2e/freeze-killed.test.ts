import { afterEach, expect, test } from "bun:test";
import type { KeptForm } from "../src/absorb/freeze/contract.ts";
import { allServe, endAll, isGone, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const formCount = 24;

afterEach(endAll, timeoutMs);

/** A shop that notes every request, and takes its time over orders. */
function openShop(): { url: string; asked: string[]; orders: { key: string; body: string }[] } {
  const asked: string[] = [];
  const orders: { key: string; body: string }[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      asked.push(`${request.method} ${pathname}`);
      if (pathname !== "/order")
        return new Response("<title>Shop</title><body>Wares</body>", {
          headers: { "content-type": "text/html" },
        });
      orders.push({
        key: request.headers.get("idempotency-key") ?? "",
        body: await request.text(),
      });
      await Bun.sleep(60);
      return new Response(null, { status: 303, headers: { location: "/thanks" } });
    },
  });
  later(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}`, asked, orders };
}

const reasonOf = async (castor: Running): Promise<string> =>
  (await fetch(castor.gateway, { headers: { connection: "close" } })).headers.get(
    "castor-reason",
  ) ?? "";

const formsOf = async (castor: Running): Promise<KeptForm[]> =>
  ((await castor.api.ask("freeze.forms")) as { forms: KeptForm[] }).forms;

function killAll(castor: Running): void {
  const pids = [castor.keeperPid(), ...castor.processes().map(({ identity }) => identity.pid)];
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

test(
  "a freeze outlives everything being killed without asking the origin, and kept forms all arrive, in order",
  async () => {
    const shop = openShop();
    const config = {
      catalog: { services: { shop: { url: shop.url } } },
      gateway: { workers: 2, routes: [{ service: "shop" }] },
      freeze: {
        sites: {
          shop: { perSecond: 100, formsPerSecond: 50, forms: [{ path: "/order", do: "queue" }] },
        },
      },
    };
    const first = await startCastor({ config });
    await allServe(first, 2);
    await until("there is a snapshot", async () => {
      const [site] = ((await first.api.ask("freeze.status")) as { sites: { snapshot?: object }[] })
        .sites;
      return site?.snapshot;
    });
    await first.api.act("freeze.start", { reason: "sale" });
    await until("both workers serve the copy", async () => {
      const reasons = await Promise.all(Array.from({ length: 8 }, () => reasonOf(first)));
      return reasons.every((reason) => reason === "freeze.page");
    });
    shop.asked.length = 0;
    for (let i = 0; i < formCount; i++) {
      const answer = await fetch(`${first.gateway}/order`, { method: "POST", body: `order ${i}` });
      expect(answer.status).toBe(202);
    }

    const killed = first.processes();
    killAll(first);
    await until("all of it is gone", () => killed.every(({ identity }) => isGone(identity)));
    const castor = await startCastor({ after: first });
    await allServe(castor, 2);
    for (let i = 0; i < 8; i++) expect(await reasonOf(castor)).toBe("freeze.page");
    expect(shop.asked).toEqual([]);
    expect((await formsOf(castor)).map(({ state }) => state)).toEqual(
      Array.from({ length: formCount }, () => "waiting"),
    );

    await castor.api.act("freeze.end");
    await until("some forms have arrived", () => shop.orders.length >= 8);
    process.kill(castor.pidOf("control"), "SIGKILL");
    await until("every form is settled", async () => {
      const all = await formsOf(castor);
      return all.length === formCount && all.every(({ state }) => state === "sent");
    });
    const inOrder = [...new Set(shop.orders.map(({ body }) => body))];
    expect(inOrder).toEqual(Array.from({ length: formCount }, (_, i) => `order ${i}`));
    // At least once, said honestly: only the one that was on its way may come twice, and it says so by its key.
    expect(shop.orders.length).toBeLessThanOrEqual(formCount + 1);
    expect(new Set(shop.orders.map(({ key }) => key)).size).toBe(formCount);
    const receipts = (await formsOf(castor)).map(({ receipt }) => receipt);
    expect([...new Set(shop.orders.map(({ key }) => key))]).toEqual(receipts);
    const told = await until(
      "the log says so",
      async () => (await castor.log("freeze.replayed"))[0],
    );
    expect(told.says).toMatch(/kept forms? went to shop/);
  },
  timeoutMs,
);
