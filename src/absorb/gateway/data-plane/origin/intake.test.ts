import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until } from "../world.testing.ts";
import { Cache } from "../cache/cache.ts";
import { picture } from "../cache/cache.testing.ts";
import { limited, open, Patient, queued, visit } from "./patient.testing.ts";

test("an instance never has more requests than it has places, and everybody is answered", async () => {
  const patient = new Patient();
  const at = limited([patient], 3);
  const visits = await Promise.all(Array.from({ length: 30 }, (_, i) => visit(at, `/${i}`)));
  await until(() => queued(at) === 27);
  for (let served = 0; served < 30; served++) {
    await until(() => patient.unanswered.length > 0);
    patient.answer();
  }
  for (const each of visits) expect(await each.says("done")).toStartWith("HTTP/1.1 200");
  expect(patient.most).toBe(3);
  expect(at.tally.of("gateway.queue-wait", { service: "shop" })).toBe(27);
});

test("the checkout goes before pages, pages before pictures, crawlers come last", async () => {
  const patient = new Patient();
  const at = limited([patient], 1, {
    snapshot: {
      routes: [
        { id: "pay", service: "shop", pathPrefix: "/pay", criticality: "critical" },
        { id: "all", service: "shop" },
      ],
    },
  });
  await visit(at, "/first");
  await patient.asked(1);
  const come = async (path: string, lines = ""): Promise<void> => {
    const before = queued(at);
    await visit(at, path, lines);
    await until(() => queued(at) === before + 1, path);
  };
  await come("/crawled", "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)\r\n");
  await come("/picture", "Sec-Fetch-Dest: image\r\n");
  await come("/guess", "Sec-Purpose: prefetch\r\n");
  await come("/page");
  await come("/pay");
  for (let served = 1; served < 6; served++) {
    patient.answer();
    await patient.asked(served + 1);
  }
  expect(patient.paths.slice(0, 3)).toEqual(["/first", "/pay", "/page"]);
  expect(patient.paths.slice(3, 5).toSorted()).toEqual(["/guess", "/picture"]);
  expect(patient.paths[5]).toBe("/crawled");
});

test("what a crawler asked first may be what people wait for: a shared fetch does not come last", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  at.plane.cache = new Cache(at.plane, picture);
  await visit(at, "/first");
  await patient.asked(1);
  const come = async (path: string, lines: string): Promise<void> => {
    const before = queued(at);
    await visit(at, path, lines);
    await until(() => queued(at) === before + 1, path);
  };
  await come("/crawled", "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)\r\n");
  await come("/picture", "Sec-Fetch-Dest: image\r\n");
  for (let served = 1; served < 3; served++) {
    patient.answer();
    await patient.asked(served + 1);
  }
  expect(patient.paths).toEqual(["/first", "/crawled", "/picture"]);
});

test("who finds the line full is told so, and when to come back", async () => {
  const patient = new Patient();
  const at = limited([patient], 1, { service: { queue: { waitingMax: 1, waitMsMax: 20_000 } } });
  await visit(at, "/first");
  await patient.asked(1);
  await visit(at, "/second");
  await until(() => queued(at) === 1);
  const refused = await at.ask(get("/third", "Accept: text/html\r\nConnection: close\r\n"));
  expect(refused).toStartWith("HTTP/1.1 503");
  expect(refused).toContain("Castor-Reason: queue.full");
  expect(refused).toMatch(/Retry-After: \d+\r\n/);
  expect(refused).toContain("<h1>");
  const labels = { service: "shop", why: "full", class: "normal" };
  expect(at.tally.of("gateway.queue-refused", labels)).toBe(1);
});

test("who has waited as long as one may is told so", async () => {
  const patient = new Patient();
  const at = limited([patient], 1, { service: { queue: { waitMsMax: 50 } } });
  await visit(at, "/first", "Accept: text/html\r\n");
  await patient.asked(1);
  const refused = await at.ask(get("/second", "Connection: close\r\n"));
  expect(refused).toContain("Castor-Reason: queue.timeout");
  expect(patient.paths).toEqual(["/first"]);
});

test("whoever leaves the line is out of it at once, and nothing is asked for them", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  await visit(at, "/first");
  await patient.asked(1);
  const leaver = await visit(at, "/leaver");
  await until(() => queued(at) === 1);
  const stayer = await visit(at, "/stayer");
  await until(() => queued(at) === 2);
  leaver.hangUp();
  await until(() => queued(at) === 1);
  patient.answer();
  await patient.asked(2);
  patient.answer();
  await stayer.says("done");
  expect(patient.paths).toEqual(["/first", "/stayer"]);
});

test("an instance that is new serves those who wait", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  await visit(at, "/first");
  await patient.asked(1);
  const waiting = await visit(at, "/second");
  await until(() => queued(at) === 1);
  const fresh = new Backend(answering(ok("from the new one")));
  open.push(fresh);
  const [service] = at.snapshot.services ?? [];
  const instance = { id: "shop-2", host: "127.0.0.1", port: fresh.port };
  at.plane.apply({
    ...at.snapshot,
    services: [{ ...service, id: "shop", instances: [...(service?.instances ?? []), instance] }],
  });
  expect(await waiting.says("from the new one")).toStartWith("HTTP/1.1 200");
});

test("an upload that waits is held back at its source", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  await visit(at, "/first");
  await patient.asked(1);
  const size = 40 * 1_048_576;
  const upload = await at.dial();
  upload.send(`POST /up HTTP/1.1\r\nHost: shop.example\r\nContent-Length: ${size}\r\n\r\n`);
  upload.send(Buffer.alloc(size, 120));
  await until(() => queued(at) === 1);
  // Sockets hold a few megabytes; had the gateway taken the rest, nothing would be left to send.
  let before = -1;
  await until(() => {
    const isSteady = upload.unsentBytes === before;
    before = upload.unsentBytes;
    return isSteady;
  });
  expect(upload.unsentBytes).toBeGreaterThan(size / 4);
  patient.backend.wires.forEach((wire) => (wire.keepsAll = false));
  patient.answer();
  await until(() => upload.unsentBytes === 0, "the upload");
});

test("an event stream, a WebSocket and a download give their place away", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  await visit(at, "/events");
  await patient.asked(1);
  patient.answer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
  const socket = await visit(at, "/socket", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
  await patient.asked(2);
  patient.answer("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await socket.says("101");
  await visit(at, "/download");
  await patient.asked(3);
  patient.answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun");
  const page = await visit(at, "/page");
  await patient.asked(4);
  patient.answer();
  await page.says("done");
  expect(at.plane.stats().services[0]?.inFlight).toBe(3);
});

test("a route of long polls takes no place", async () => {
  const patient = new Patient();
  const at = limited([patient], 1, { route: { longPoll: true } });
  await Promise.all([visit(at, "/1"), visit(at, "/2"), visit(at, "/3")]);
  await patient.asked(3);
  expect(queued(at)).toBe(0);
});

test("switching the limit off lets everybody go on", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  await Promise.all([visit(at, "/1"), visit(at, "/2"), visit(at, "/3")]);
  await until(() => queued(at) === 2);
  const { concurrency: _, ...service } = at.snapshot.services?.[0] ?? { id: "shop", instances: [] };
  at.plane.apply({ ...at.snapshot, services: [service] });
  await patient.asked(3);
  for (let i = 0; i < 3; i++) patient.answer();
  await until(() => at.plane.stats().services[0]?.inFlight === 0);
});

test("a full instance's requests go to the one that has places", async () => {
  const [slow, quick] = [new Patient(), new Patient()];
  const at = limited([slow, quick], 2);
  await Promise.all(Array.from({ length: 4 }, (_, i) => visit(at, `/${i}`)));
  await until(() => slow.paths.length + quick.paths.length === 4);
  expect([slow.paths.length, quick.paths.length]).toEqual([2, 2]);
  await visit(at, "/more");
  await until(() => queued(at) === 1);
  quick.answer();
  await quick.asked(3);
  expect(slow.paths).toHaveLength(2);
});

test("the first crowd at a slow instance is served: nobody is turned away before it is known how slow it is", async () => {
  const patient = new Patient();
  const concurrency = { min: 1, initial: 2, max: 200 };
  const at = limited([patient], 2, { service: { concurrency, queue: { waitMsMax: 20_000 } } });
  const visits = await Promise.all(Array.from({ length: 12 }, (_, i) => visit(at, `/${i}`)));
  await until(() => queued(at) === 10);
  const enough = performance.now() + 250;
  await until(() => performance.now() > enough);
  expect(queued(at)).toBe(10);
  for (let served = 0; served < 12; served++) {
    await until(() => patient.unanswered.length > 0);
    patient.answer();
  }
  for (const each of visits) expect(await each.says("done")).toStartWith("HTTP/1.1 200");
});
