import { expect, test } from "bun:test";
import { type Frame, frames } from "./stream.ts";

const bodyOf = (...pieces: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });

const read = async (...pieces: string[]): Promise<Frame[]> => {
  const found: Frame[] = [];
  for await (const frame of frames(bodyOf(...pieces))) found.push(frame);
  return found;
};

test("an answer comes whole however the network cuts it", async () => {
  const text = 'retry: 1000\n\nevent: answer\nid: 42\ndata: {"a":1}\n\n';
  const whole = [{ event: "answer", id: "42", data: '{"a":1}' }];
  expect(await read(text)).toEqual(whole);
  expect(await read(...text)).toEqual(whole);
});

test("lines of data are joined, and either line end will do", async () => {
  expect(await read("data: one\r\ndata: two\r\n\r\n")).toEqual([
    { event: "message", id: "", data: "one\ntwo" },
  ]);
});

test("an id stays until the next one, so that a reconnect can name it", async () => {
  const [, second] = await read("id: 7\ndata: a\n\ndata: b\n\n");
  expect(second?.id).toBe("7");
});

test("a heartbeat is heard although it says nothing", async () => {
  expect(await read(": still here\n\n")).toEqual([{ event: "heartbeat", id: "", data: "" }]);
});

test("a half answer is no answer", async () => {
  expect(await read("event: answer\ndata: {}\n")).toEqual([]);
});
