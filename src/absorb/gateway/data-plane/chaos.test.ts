import { expect, test } from "bun:test";
import { Backend, get, ok, until, type Wire, world } from "./world.testing.ts";

/** A small seeded generator: a failing seed can be run again. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const answers = [
  ok("fine"),
  ok("x".repeat(100_000)),
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "HTTP/1.1 204 No Content\r\n\r\n",
  "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy",
  "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
  "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end",
  "HTTP/1.1 200 OK\r\nContent-Le",
  "nonsense\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
  "",
];
const requests = [
  get("/a"),
  get("/b") + get("/c"),
  get("/d", "Connection: close\r\n"),
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
  "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${"x".repeat(200_000)}`,
  "GET / HTTP/1.0\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nraw bytes",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhalf",
  "GET / HTTP/1.1\r\nHost: a\n\n",
  "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
];

/** Visitors and instances that say, stop and leave whatever comes to their mind. */
async function rage(seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const act = (wire: Wire): void => {
    wire.keepsAll = false;
    const mood = chance();
    if (mood < 0.05) wire.hangUp();
    else if (mood < 0.1) wire.socket?.end();
    else {
      wire.send(oneOf(answers));
      if (chance() < 0.1) wire.finish();
    }
  };
  const backends = [new Backend(act), new Backend(act), new Backend(act)];
  using gate = world(backends, {
    snapshot: { limits: { requestHeadMs: 300, keepAliveMs: 300, lingerMs: 100 } },
    route: { timeouts: { responseHeaderMs: 300, idleMs: 300, bodyIdleMs: 300 } },
    service: { ejection: { baseMs: 50 }, probe: { everyMs: 20 } },
  });
  const wires = await Promise.all(Array.from({ length: 60 }, () => gate.dial()));
  for (const wire of wires) {
    wire.keepsAll = false;
    wire.onData = () => {
      if (chance() < 0.3) wire.send(oneOf(requests));
    };
    const said = oneOf(requests);
    wire.send(chance() < 0.2 ? said.slice(0, Math.floor(chance() * said.length)) : said);
    const mood = chance();
    if (mood < 0.1) wire.hangUp();
    else if (mood < 0.2) wire.finish();
  }
  await until(() => gate.plane.clients.size === 0, `everyone to be gone (seed ${seed})`);
  const [service] = gate.plane.stats().services;
  expect({ seed, inFlight: service?.inFlight }).toEqual({ seed, inFlight: 0 });
  for (const { id, inFlight, open, idle } of service?.instances ?? []) {
    expect({ seed, id, inFlight, busy: open - idle }).toEqual({ seed, id, inFlight: 0, busy: 0 });
  }
  for (const backend of backends) backend.stop();
}

for (let seed = 1; seed <= 12; seed++) {
  test(
    `whatever visitors and instances do, nothing is left behind (seed ${seed})`,
    () => rage(seed),
    20_000,
  );
}
