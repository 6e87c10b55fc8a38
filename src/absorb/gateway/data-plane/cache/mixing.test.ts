import { expect, test } from "bun:test";
import { until } from "../world.testing.ts";
import { bodyOf, cacheWorld, closing, origin, statusOf } from "./cache.testing.ts";

const requests = 1_200;
const visitors = 8;
const pages = 5;
const inFlightMax = 40;

/** The same numbers each time: a failing run can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const forAll = [
  "Cache-Control: max-age=60\r\n",
  "Cache-Control: max-age=1\r\n",
  'Cache-Control: no-cache\r\nETag: "v"\r\n',
  "Cache-Control: s-maxage=5\r\n",
  "Cache-Control: max-age=1, stale-while-revalidate=5\r\n",
];
const forOne = [
  "Cache-Control: private, max-age=60\r\n",
  "Cache-Control: no-store\r\n",
  "Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\n",
  "Cache-Control: max-age=60\r\nVary: Cookie\r\n",
  "Cache-Control: max-age=60\r\nVary: *\r\n",
  "",
];

/** An origin whose answers name whom they are for, in every way that HTTP knows, some late, some broken off. */
function whimsical(random: () => number) {
  return origin(({ wire, text, path }) => {
    const visitor = /session=(\w+)/.exec(text)?.[1] ?? "nobody";
    const isForAll = random() < 0.5;
    const kinds = isForAll ? forAll : forOne;
    const lines = kinds[Math.floor(random() * kinds.length)] ?? "";
    const body = `${isForAll ? "all" : visitor} ${path} ${"x".repeat(Math.floor(random() * 3_000))}.`;
    const status = random() < 0.1 ? "503 Service Unavailable" : "200 OK";
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const whole =
      random() < 0.5
        ? `HTTP/1.1 ${status}\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`
        : `HTTP/1.1 ${status}\r\n${lines}Transfer-Encoding: chunked\r\n\r\n${chunked}`;
    if (random() < 0.05) {
      wire.send(whole.slice(0, Math.floor(random() * whole.length)));
      wire.hangUp();
    } else setTimeout(() => wire.send(whole), random() * 4);
  });
}

test("whatever the origin does, nobody gets what was made for somebody else, and nothing is cut short unseen", async () => {
  const random = seeded(7);
  using site = whimsical(random);
  using w = cacheWorld(site);
  let time = 0;
  let answered = 0;
  const one = async (i: number): Promise<void> => {
    const me = `v${Math.floor(random() * visitors)}`;
    const path = `/${Math.floor(random() * pages)}`;
    const wire = await w.dial();
    const method = random() < 0.03 ? "POST" : "GET";
    wire.send(closing(path, `Cookie: session=${me}\r\n`, method));
    if (random() < 0.05) {
      wire.hangUp();
      return;
    }
    const answer = await wire.over();
    w.at((time += 40));
    if (wire.reset || statusOf(answer) >= 500) return;
    const length = Number(/Content-Length: (\d+)/.exec(answer)?.[1] ?? Number.NaN);
    const isWhole = Number.isNaN(length)
      ? answer.endsWith("0\r\n\r\n")
      : bodyOf(answer).length === length;
    // A connection that was cut is seen by its end; whoever got all that was announced got one page of theirs.
    if (!isWhole) return;
    const body = bodyOf(answer).replace(/^[0-9a-f]+\r\n/, "");
    const [whose, where] = body.split(" ");
    expect(
      [whose === "all" || whose === me, where],
      `request ${i}: ${answer.slice(0, 300)}`,
    ).toEqual([true, path]);
    expect(body).toMatch(/x*\.(\r\n0\r\n\r\n)?$/);
    answered++;
  };
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlightMax }, async () => {
      while (next < requests) await one(next++);
    }),
  );
  expect(answered).toBeGreaterThan(requests / 2);
  expect(site.asked.length).toBeLessThan(requests);
  await until(() => w.cache.airborne.size === 0, "the end of all fetches");
  expect(w.cache.flights.size).toBe(0);
  await until(() => w.plane.stats().services[0]?.inFlight === 0, "the end of all exchanges");
  expect(w.plane.stats().services[0]?.instances[0]?.inFlight).toBe(0);
});
