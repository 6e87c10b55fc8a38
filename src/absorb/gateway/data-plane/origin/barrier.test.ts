import { expect, test } from "bun:test";
import { get, until, type World } from "../world.testing.ts";
import { limited, Patient, queued, visit } from "./patient.testing.ts";
import type { BarrierTarget } from "./settings.ts";

/** The same picture with this before its service. */
function put(at: World, barrier: Partial<BarrierTarget> | undefined): void {
  const [service = { id: "shop", instances: [] }] = at.snapshot.services ?? [];
  at.plane.apply({ ...at.snapshot, services: [{ ...service, barrier }] });
}
const held = ({ plane }: World): number => plane.stats().services[0]?.held ?? -1;
const closing = "Connection: close\r\n";

test("a stopped service answers at once with the operator's sentence, also those who waited", async () => {
  const patient = new Patient();
  const at = limited([patient], 1);
  await visit(at, "/running");
  await patient.asked(1);
  const waiting = await visit(at, "/waiting");
  await until(() => queued(at) === 1);
  put(at, { stop: { message: "Back at <b>noon</b>." } });
  expect(await waiting.says("gateway.stopped")).toContain("Castor-Reason: gateway.stopped");
  const page = await at.ask(get("/next", `Accept: text/html\r\n${closing}`));
  expect(page).toStartWith("HTTP/1.1 503");
  expect(page).toContain("Back at &#60;b&#62;noon&#60;/b&#62;.");
  put(at, undefined);
  patient.answer();
  await visit(at, "/again");
  await patient.asked(2);
  expect(patient.paths).toEqual(["/running", "/again"]);
});

test("one route may be stopped alone", async () => {
  const patient = new Patient();
  const at = limited([patient], 9, {
    snapshot: {
      routes: [
        { id: "search", service: "shop", pathPrefix: "/search" },
        { id: "all", service: "shop" },
      ],
    },
  });
  put(at, { stoppedRoutes: { search: {} } });
  expect(await at.ask(get("/search", closing))).toContain("Castor-Reason: gateway.stopped");
  await visit(at, "/page");
  await patient.asked(1);
});

test("a paused service is asked nothing; then everybody goes on in order, as places become free", async () => {
  const patient = new Patient();
  const at = limited([patient], 2, { service: { queue: { waitingMax: 1 } } });
  await visit(at, "/running");
  await visit(at, "/running");
  await patient.asked(2);
  await visit(at, "/queued");
  await until(() => queued(at) === 1);
  put(at, { pause: { maxHoldMs: 20_000 } });
  expect([queued(at), held(at)]).toEqual([0, 1]);
  patient.answer();
  patient.answer();
  for (let i = 0; i < 8; i++) {
    await visit(at, `/held-${i}`);
    await until(() => held(at) === i + 2);
  }
  expect(patient.paths).toHaveLength(2);
  put(at, undefined);
  for (let served = 0; served < 9; served++) {
    await until(() => patient.unanswered.length > 0);
    patient.answer();
  }
  const order = ["/queued", ...Array.from({ length: 8 }, (_, i) => `/held-${i}`)];
  expect(patient.paths.slice(2)).toEqual(order);
  expect(patient.most).toBe(2);
  await until(() => held(at) === 0);
});

test("whoever was held sees the instances that are there when it ends", async () => {
  const [before, after] = [new Patient(), new Patient()];
  const at = limited([before], 5);
  put(at, { pause: { maxHoldMs: 20_000 } });
  const visitor = await visit(at, "/page");
  await until(() => held(at) === 1);
  const instances = [{ id: "shop-2", host: "127.0.0.1", port: after.port }];
  at.plane.apply({ ...at.snapshot, services: [{ id: "shop", instances }] });
  await after.asked(1);
  after.answer();
  expect(await visitor.says("done")).toStartWith("HTTP/1.1 200");
  expect(before.paths).toEqual([]);
});

test("nobody is held longer than the pause allows, and whoever leaves is not asked for", async () => {
  const patient = new Patient();
  const at = limited([patient], 5);
  put(at, { pause: { maxHoldMs: 300 } });
  const leaver = await visit(at, "/leaver");
  await until(() => held(at) === 1);
  leaver.hangUp();
  await until(() => held(at) === 0);
  const stayer = await visit(at, "/stayer");
  expect(await stayer.says("gateway.paused")).toStartWith("HTTP/1.1 503");
  put(at, undefined);
  await visit(at, "/next");
  await patient.asked(1);
  expect(patient.paths).toEqual(["/next"]);
});

test("what matters less is turned away, what matters goes in", async () => {
  const patient = new Patient();
  const at = limited([patient], 9);
  put(at, { shedBelow: "normal" });
  const picture = await at.ask(get("/p.png", `Sec-Fetch-Dest: image\r\n${closing}`));
  expect(picture).toContain("Castor-Reason: gateway.shed");
  const crawler = "User-Agent: Mozilla/5.0 (compatible; bingbot/2.0)\r\n";
  expect(await at.ask(get("/p", crawler + closing))).toMatch(/Retry-After: \d/);
  await visit(at, "/page", "User-Agent: Mozilla/5.0 (Linux; Android 9; CUBOT X19)\r\n");
  await patient.asked(1);
  put(at, { shedBelow: "critical" });
  expect(await at.ask(get("/page", closing))).toContain("Castor-Reason: gateway.shed");
});
