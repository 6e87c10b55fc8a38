import { expect, test } from "bun:test";
import { eventsIn, type Sent, sentEvents } from "./sent-events.ts";

const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
const read = async (...chunks: string[]): Promise<Sent[]> =>
  await Array.fromAsync(eventsIn(streamOf(...chunks)));

test("events are read however the network cuts them", async () => {
  const text = ': hello\n\nevent: answer\nid: 7\ndata: {"a":1}\n\ndata: one\ndata: two\r\n\r\n';
  const wanted = [
    { event: "answer", id: "7", data: '{"a":1}' },
    { event: "message", data: "one\ntwo" },
  ];
  expect(await read(text)).toEqual(wanted);
  expect(await read(...text)).toEqual(wanted);
});
test("an event that was not finished is not given", async () =>
  expect(await read("data: one\n\ndata: hal")).toEqual([{ event: "message", data: "one" }]));

test("a stream that breaks off is taken up again after the last event", async () => {
  const stop = new AbortController();
  const asked: (string | undefined)[] = [];
  const heard: string[] = [];
  const connect = async (headers: Record<string, string>): Promise<Response> => {
    asked.push(headers["last-event-id"]);
    if (asked.length === 2) throw new Error("not yet back");
    return new Response(streamOf(`id: ${asked.length}\ndata: ${asked.length}\n\n`));
  };
  for await (const { data } of sentEvents(connect, stop.signal)) {
    heard.push(data);
    if (heard.length === 2) stop.abort();
  }
  expect(heard).toEqual(["1", "3"]);
  expect(asked).toEqual([undefined, "1", "1"]);
});
test("a first connection that fails is told", async () => {
  const connect = () => Promise.reject(new Error("nobody there"));
  const events = sentEvents(connect, new AbortController().signal);
  expect(events.next()).rejects.toThrow("nobody there");
});
