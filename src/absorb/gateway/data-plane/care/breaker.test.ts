import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, world } from "../world.testing.ts";
import { Breaker } from "./breaker.ts";
import { BreakerTarget } from "./settings.ts";

const aBreaker = (over: Partial<BreakerTarget> = {}) =>
  new Breaker(BreakerTarget.parse({ ...over }));
const second = 1_000;

test("half of twenty answers are enough, fewer are not, and old ones are forgotten", () => {
  const breaker = aBreaker();
  for (let i = 0; i < 19; i++) expect(breaker.noted(true, i)).toBeUndefined();
  expect(breaker.noted(true, 20)).toEqual({ to: "open", requests: 20, errors: 20 });
  const mixed = aBreaker();
  for (let i = 0; i < 100; i++) mixed.noted(i % 5 < 2, i);
  expect(mixed.state).toBe("closed");
  const slow = aBreaker();
  for (let i = 0; i < 60; i++) slow.noted(true, i * second);
  expect(slow.state).toBe("closed");
});

test("it is open for a while, then lets a growing share through, and closes", () => {
  const breaker = aBreaker({ requestsMin: 1 });
  breaker.noted(true, 0);
  expect([breaker.share(0), breaker.leftMs(4 * second)]).toEqual([0, 6 * second]);
  expect(breaker.look(9 * second)).toBeUndefined();
  expect(breaker.state).toBe("open");
  expect(breaker.look(10 * second)).toBeUndefined();
  expect(breaker.state).toBe("recovering");
  expect(breaker.share(15 * second)).toBe(0.5);
  expect(breaker.look(20 * second)).toEqual({ to: "closed" });
  expect(breaker.share(20 * second)).toBe(1);
});

test("five answers, half of them errors, open it again while it recovers", () => {
  const breaker = aBreaker();
  for (let i = 0; i < 20; i++) breaker.noted(true, i);
  breaker.look(11 * second);
  for (let i = 0; i < 4; i++) expect(breaker.noted(true, 12 * second)).toBeUndefined();
  expect(breaker.noted(true, 12 * second)).toMatchObject({ to: "open", requests: 5 });
  expect(breaker.leftMs(12 * second)).toBe(10 * second);
});

const closing = "Connection: close\r\n";
const care = { breaker: { requestsMin: 5, openMs: 200, recoverMs: 100 } };

test("a service that fails is left alone, its visitors are told until when, and the log hears of it", async () => {
  let status = "500 Oh";
  const backend = new Backend((wire) => {
    wire.send(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    wire.socket?.end();
  });
  using gate = world([backend], {
    service: { care: { breaker: { requestsMin: 5, openMs: 2_000, recoverMs: 100 } } },
  });
  for (let i = 0; i < 5; i++) expect(await gate.ask(get("/", closing))).toContain("500 Oh");
  const refused = await gate.ask(get("/", closing));
  expect(refused).toStartWith("HTTP/1.1 503 ");
  expect(refused).toContain("Castor-Reason: breaker.open\r\n");
  expect(refused).toMatch(/Retry-After: [12]\r\n/);
  expect(backend.requestCount).toBe(5);
  expect(gate.facts).toMatchObject([{ what: "breaker-opened", service: "shop", errors: 5 }]);
  status = "200 OK";
  await until(() => gate.facts.length === 2, "the breaker to close");
  expect(gate.facts[1]).toMatchObject({ what: "breaker-closed", service: "shop" });
  expect(await gate.ask(get("/", closing))).toContain("200 OK");
  backend.stop();
});

test("connections that fail count as errors, and other services go on", async () => {
  const gone = new Backend(() => {});
  gone.stop();
  const well = new Backend(answering(ok("well")));
  using gate = world([gone], {
    service: { care },
    snapshot: {
      routes: [
        { id: "blog", pathPrefix: "/blog", service: "blog" },
        { id: "all", service: "shop" },
      ],
      services: [
        { id: "shop", instances: [{ id: "shop-1", host: "127.0.0.1", port: gone.port }], care },
        { id: "blog", instances: [{ id: "blog-1", host: "127.0.0.1", port: well.port }], care },
      ],
    },
  });
  for (let i = 0; i < 5; i++) await gate.ask(get("/", closing));
  expect(await gate.ask(get("/", closing))).toContain("breaker.open");
  expect(await gate.ask(get("/blog", closing))).toEndWith("well");
  well.stop();
});
