import { afterAll, expect, test } from "bun:test";
import { Backend, ok, world } from "../world.testing.ts";
import { converse, headersOf } from "./dialogue.testing.ts";
import { badGreetings, malformedFrames } from "./malformed-frames.testing.ts";
import { malformedRequests } from "./malformed-heads.testing.ts";

const malformed = [...malformedFrames, ...malformedRequests];

const backend = new Backend((wire) => {
  if (!wire.text.includes("/never")) wire.send(ok("here"));
});
const gate = world([backend], { snapshot: { http2: { plain: true } } });
afterAll(() => {
  gate[Symbol.dispose]();
  backend.stop();
});

test("the corpus is as large as it says", () => {
  expect(malformed.length).toBeGreaterThan(100);
});

test.each(malformed)("$what is an error", async ({ says, connection, stream }) => {
  const dialogue = (await converse(gate.port)).say(...says);
  if (connection !== undefined) {
    expect((await dialogue.goodbye()).code).toBe(connection);
    await dialogue.wire.over();
    return;
  }
  expect(await dialogue.resetOf(1)).toBe(stream as number);
  await dialogue.say(headersOf(3)).answered(3);
  expect(dialogue.body(3)).toBe("here");
  dialogue.wire.hangUp();
});

test.each(badGreetings)("who begins with $what is sent away", async ({ says }) => {
  const dialogue = await converse(gate.port, says);
  expect((await dialogue.goodbye()).code).toBe(1);
  await dialogue.wire.over();
});

test("nothing of all that reached the instance as anything else", () => {
  const heads = backend.text.match(/^[A-Z]+ \S+ HTTP\/1\.1\r$/gm) ?? [];
  expect(new Set(heads)).toEqual(
    new Set(["GET / HTTP/1.1\r", "GET /never HTTP/1.1\r", "POST / HTTP/1.1\r"]),
  );
  expect(backend.text).not.toContain("other.example");
});
