import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { answering, ok, until, type World } from "../world.testing.ts";
import {
  converse,
  dataOf,
  type Dialogue,
  frameOf,
  getting,
  greeting,
  headersOf,
  posting,
  resetOf,
  settingsOf,
  widenOf,
} from "./dialogue.testing.ts";
import { code, flag, frame, setting } from "./frames.ts";
import { at, cleaningUp, gateway, silent } from "./gateway.testing.ts";
import { blockOf } from "./hpack.testing.ts";

cleaningUp();
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const calm = code.enhanceYourCalm;

async function expectCalm(dialogue: Dialogue, gate: World, why: string): Promise<void> {
  expect(await dialogue.goodbye()).toMatchObject({ code: calm, why });
  await dialogue.wire.over();
  expect(gate.tally.of("gateway.refusals", { reason: "gateway.http2-flood" })).toBe(1);
}

test("requests that are withdrawn at once, hundreds of them, end the connection", async () => {
  const gate = gateway(silent);
  const dialogue = await converse(gate.port);
  dialogue.say(...times(1_000, (i) => Buffer.concat([headersOf(i * 2 + 1), resetOf(i * 2 + 1)])));
  await expectCalm(dialogue, gate, "rapid-reset");
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "no request in flight");
});

test("some requests may be withdrawn, and cost nobody anything", async () => {
  const gate = gateway((wire) => wire.text.includes("/wait") || answering(ok("here"))(wire));
  const dialogue = await converse(gate.port);
  for (let id = 1; id < 200; id += 2) dialogue.say(headersOf(id, at("/wait")), resetOf(id));
  await dialogue.say(headersOf(201)).answered(201);
  expect(dialogue.body(201)).toBe("here");
});

const floods: Record<string, { frames: Buffer[]; why: string }> = {
  "pings without end": {
    frames: times(2_000, () => frameOf(frame.ping, { payload: Buffer.alloc(8) })),
    why: "chatter",
  },
  "settings without end": {
    frames: times(2_000, () => settingsOf([setting.initialWindowSize, 1])),
    why: "chatter",
  },
  "priorities without end": {
    frames: times(2_000, () => frameOf(frame.priority, { stream: 1, payload: Buffer.alloc(5) })),
    why: "chatter",
  },
  "empty data without end": {
    frames: [headersOf(1, posting, flag.endHeaders), ...times(2_000, () => dataOf(1, "", 0))],
    why: "chatter",
  },
  "frames that nobody knows": { frames: times(2_000, () => frameOf(0x40)), why: "chatter" },
  "a head in endless pieces": {
    frames: [
      headersOf(1, getting, 0),
      ...times(2_000, () => frameOf(frame.continuation, { stream: 1 })),
    ],
    why: "too-many-continuations",
  },
  "a head in large pieces": {
    frames: [
      headersOf(1, getting, 0),
      ...times(10, () => frameOf(frame.continuation, { stream: 1, payload: Buffer.alloc(16_384) })),
    ],
    why: "header-block-too-large",
  },
};
test.each(Object.entries(floods))("%s end the connection", async (_, { frames, why }) => {
  const gate = gateway(silent);
  const dialogue = await converse(gate.port);
  await expectCalm(dialogue.say(...frames), gate, why);
});

test("a visitor who asks and reads nothing is not read any more, and little is held for them", async () => {
  const gate = gateway(answering(ok("x".repeat(60_000))), { limits: { stalledReaderMs: 300 } });
  const dialogue = await converse(gate.port, Buffer.concat([greeting, widenOf(0, 1_000_000_000)]));
  dialogue.wire.socket?.pause();
  for (let id = 1; id < 4_001; id += 2) dialogue.say(headersOf(id));
  const [session] = gate.plane.clients;
  await until(
    () => (session?.out.bytes ?? 0) > 0 || gate.plane.clients.size === 0,
    "a full socket",
  );
  expect(session?.out.bytes).toBeLessThan(2 * 1_048_576);
  await until(() => gate.plane.clients.size === 0, "the end of the connection");
});

test("a head whose fields are more than the limit is refused, and the next is read", async () => {
  const gate = gateway();
  const dialogue = await converse(gate.port);
  const large = "x".repeat(4_000);
  // One literal that is kept, then said again and again in one byte.
  const kept = Buffer.concat([Buffer.from([0x40, 1, 97, 0x7f, 0xa1, 0x1e]), Buffer.from(large)]);
  const bomb = Buffer.concat([blockOf(getting), kept, Buffer.alloc(12_000, 0xbe)]);
  dialogue.say(
    frameOf(frame.headers, { stream: 1, flags: flag.endHeaders | flag.endStream, payload: bomb }),
  );
  expect((await dialogue.answered(1))[0]).toBe(":status: 431");
  expect(dialogue.fields(1)).toContain("castor-reason: gateway.bad-request.head-too-large");
  await dialogue.say(headersOf(3)).answered(3);
  expect(gate.backend.requestCount).toBe(1);
});

test("more streams at once than allowed are refused, so that they can be tried again", async () => {
  const gate = gateway(silent, { http2: { plain: true, streamsMax: 3 } });
  const dialogue = await converse(gate.port);
  dialogue.say(...times(4, (i) => headersOf(i * 2 + 1)));
  expect(await dialogue.resetOf(7)).toBe(code.refusedStream);
  await until(() => gate.backend.requestCount === 3, "three requests");
});

test("whatever frames come in whatever pieces, the gateway stands and the next visitor is served", async () => {
  const gate = gateway();
  const pieces = [
    headersOf(1),
    headersOf(3, posting, flag.endHeaders),
    dataOf(3, "x"),
    resetOf(1),
    widenOf(0, 9),
    settingsOf([4, 1]),
  ];
  const noise = fc.oneof(
    fc.constantFrom(...pieces),
    fc
      .record({
        type: fc.nat(12),
        flags: fc.nat(255),
        stream: fc.nat(9),
        payload: fc.uint8Array({ maxLength: 60 }),
      })
      .map(({ type, payload, ...rest }) =>
        frameOf(type, { ...rest, payload: Buffer.from(payload) }),
      ),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(noise, { maxLength: 30 }),
      fc.integer({ min: 1, max: 50 }),
      async (said, step) => {
        const dialogue = await converse(gate.port);
        const bytes = Buffer.concat(said);
        for (let from = 0; from < bytes.length; from += step)
          dialogue.say(bytes.subarray(from, from + step));
        dialogue.wire.hangUp();
      },
    ),
    { numRuns: 150 },
  );
  const dialogue = (await converse(gate.port)).say(headersOf(1));
  await dialogue.answered(1);
  expect(dialogue.body(1)).toBe("here");
  dialogue.wire.hangUp();
  await until(
    () => gate.plane.clients.size === 0 && gate.plane.stats().services[0]?.inFlight === 0,
    "nobody left",
  );
});
