import { expect, test } from "bun:test";
import { answering, ok, until } from "../world.testing.ts";
import {
  converse,
  dataOf,
  frameOf,
  getting,
  greeting,
  headersOf,
  posting,
  settingsOf,
  widenOf,
} from "./dialogue.testing.ts";
import { code, flag, frame, setting } from "./frames.ts";
import { at, cleaningUp, gateway, silent } from "./gateway.testing.ts";
import { streamWindowBytes } from "./upload.ts";

cleaningUp();

test("an answer waits for the visitor's window, stream by stream", async () => {
  const body = "x".repeat(100_000);
  const gate = gateway(answering(ok(body)));
  const dialogue = await converse(
    gate.port,
    Buffer.concat([greeting, settingsOf([setting.initialWindowSize, 10])]),
  );
  dialogue.say(headersOf(1), headersOf(3));
  await until(
    () => dialogue.body(1).length === 10 && dialogue.body(3).length === 10,
    "ten bytes each",
  );
  dialogue.say(widenOf(3, 1_000_000), widenOf(0, 1_000_000));
  await dialogue.answered(3);
  expect(dialogue.body(3)).toBe(body);
  expect(dialogue.body(1)).toHaveLength(10);
  dialogue.say(settingsOf([setting.initialWindowSize, 50]));
  await until(() => dialogue.body(1).length === 50, "fifty bytes");
  dialogue.say(settingsOf([setting.initialWindowSize, 0]), widenOf(1, 1_000_000));
  await dialogue.answered(1);
  expect(dialogue.body(1)).toBe(body);
});

test("who takes nothing of an answer loses that stream, and the others go on", async () => {
  const gate = gateway(answering(ok("x".repeat(100))), { limits: { stalledReaderMs: 150 } });
  const dialogue = await converse(
    gate.port,
    Buffer.concat([greeting, settingsOf([setting.initialWindowSize, 10])]),
  );
  dialogue.say(headersOf(1));
  expect(await dialogue.resetOf(1)).toBe(code.cancel);
  dialogue.say(settingsOf([setting.initialWindowSize, 1_000]), headersOf(3));
  await dialogue.answered(3);
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "nothing in flight");
});

test("a body waits for the instance: no more comes than was allowed, and it comes whole", async () => {
  let isReading = false;
  const gate = gateway((wire) => {
    if (!isReading) wire.socket?.pause();
    else if (wire.receivedBytes > 12_000_000) wire.send(ok("thanks"));
  });
  const dialogue = await converse(gate.port);
  let sent = 0;
  const part = Buffer.alloc(16_384, "u");
  const room = (stream: number): number =>
    dialogue.heard
      .filter((each) => each.type === frame.windowUpdate && each.stream === stream)
      .reduce(
        (sum, { payload }) => sum + payload.readUInt32BE(0),
        stream === 0 ? 65_535 : streamWindowBytes,
      );
  const send = (): void => {
    while (sent + part.length <= Math.min(room(0), room(1)) && sent < 12_500_000) {
      dialogue.say(dataOf(1, part, 0));
      sent += part.length;
    }
  };
  dialogue.say(headersOf(1, posting, flag.endHeaders));
  let before = -1;
  await until(() => {
    send();
    const isStill = before === sent;
    before = sent;
    return isStill && sent > streamWindowBytes;
  }, "the window to close");
  expect(sent).toBeLessThan(12_000_000);
  isReading = true;
  gate.backend.wires[0]?.socket?.resume();
  await until(() => {
    send();
    return sent >= 12_000_000;
  }, "all to be sent");
  dialogue.say(dataOf(1, "end"));
  await dialogue.answered(1);
  expect(dialogue.body(1)).toBe("thanks");
});

test("who sends more of a body than was allowed loses the stream", async () => {
  const gate = gateway((wire) => wire.socket?.pause());
  const dialogue = await converse(gate.port);
  dialogue.say(headersOf(1, posting, flag.endHeaders));
  for (let i = 0; i < 200; i++) dialogue.say(dataOf(1, Buffer.alloc(16_384), 0));
  const end = (each: { type: number }): boolean =>
    each.type === frame.rstStream || each.type === frame.goAway;
  expect((await dialogue.hears(end, "an end")).payload.includes(code.flowControlError)).toBeTrue();
});

test("what comes late ends with its reason: a preface, a head, a body, the next request", async () => {
  const limits = { requestHeadMs: 100, keepAliveMs: 100, lingerMs: 50 };
  const gate = gateway(silent, {
    limits,
    routes: [{ id: "all", service: "shop", timeouts: { bodyIdleMs: 100 } }],
  });
  await (await converse(gate.port, greeting.subarray(0, 24))).wire.over();
  const cut = (await converse(gate.port)).say(headersOf(1, getting, 0));
  expect((await cut.goodbye()).code).toBe(code.noError);
  await cut.wire.over();
  const body = (await converse(gate.port)).say(headersOf(1, posting, flag.endHeaders));
  await body.answered(1);
  expect(body.fields(1)).toContain("castor-reason: gateway.body-timeout");
  expect(await body.goodbye()).toMatchObject({ code: code.noError, last: 1 });
  await body.wire.over();
});

test("a worker that ends says so first, answers what is under way, and takes what was on its way", async () => {
  const gate = gateway((wire) => {
    if (wire.text.includes("/slow")) setTimeout(() => wire.send(ok("at last")), 1_500);
    else answering(ok("here"))(wire);
  });
  const dialogue = (await converse(gate.port)).say(headersOf(1, at("/slow")));
  await until(() => gate.backend.requestCount === 1, "the slow request");
  const drained = gate.plane.drain(10_000);
  expect(await dialogue.goodbye()).toMatchObject({ code: code.noError, last: 0x7fffffff });
  await dialogue.say(headersOf(3)).answered(3);
  await dialogue.answered(1);
  expect(dialogue.body(1)).toBe("at last");
  const goodbyes = dialogue.heard.filter((each) => each.type === frame.goAway);
  expect(goodbyes.map(({ payload }) => payload.readUInt32BE(0))).toEqual([0x7fffffff, 3]);
  await drained;
  await dialogue.wire.over();
});

test("a new snapshot leaves what runs over HTTP/2 alone, and a visitor's goodbye ends it well", async () => {
  const gate = gateway((wire) => {
    if (wire.text.includes("/events")) wire.send("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n");
  });
  const dialogue = (await converse(gate.port)).say(headersOf(1, at("/events")));
  await until(() => dialogue.body(1) === "data: 1\n\n", "the first event");
  gate.plane.apply({ ...gate.snapshot, http2: { plain: false, overTls: false } });
  gate.backend.wires[0]?.send("data: 2\n\n");
  await until(() => dialogue.body(1).endsWith("data: 2\n\n"), "the second event");
  dialogue.say(frameOf(frame.goAway, { payload: Buffer.alloc(8) }));
  gate.backend.wires[0]?.finish();
  await dialogue.answered(1);
  await dialogue.wire.over();
});

test("HTTP/2 without TLS is spoken only where that was said", async () => {
  const gate = gateway(silent, { http2: { plain: false } });
  const wire = await gate.dial();
  expect(await wire.send(greeting).over()).toStartWith("HTTP/1.1 505 ");
});
