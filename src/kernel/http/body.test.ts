import { expect, test } from "bun:test";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { BodyRefused, decodeBody, readBytes, Room } from "./body.ts";

const text = "a beaver builds a dam. ".repeat(500);
const read = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const refusal = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (why) {
    return why instanceof BodyRefused ? why.status : why;
  }
};

test("every encoding of the web is undone", () => {
  const coded: [string | null, Uint8Array][] = [
    [null, Buffer.from(text)],
    ["identity", Buffer.from(text)],
    ["gzip", gzipSync(text)],
    ["X-GZIP", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", zstdCompressSync(text)],
  ];
  for (const [encoding, bytes] of coded)
    expect(read(decodeBody(bytes, encoding, 20_000))).toBe(text);
});

test("a bomb ends at the limit, in memory too", () => {
  const zeros = Buffer.alloc(200_000_000);
  const bomb = gzipSync(zeros, { level: 1 });
  const before = process.memoryUsage().rss;
  expect(refusal(() => decodeBody(bomb, "gzip", 1_000_000))).toBe(413);
  expect(refusal(() => decodeBody(zstdCompressSync(zeros), "zstd", 1_000_000))).toBe(413);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test("small gzip bodies are read as large ones are: several members, and lengths that lie", () => {
  const large = 50_000_000;
  const members = Buffer.concat([gzipSync("a dam "), gzipSync(text), gzipSync("!")]);
  expect(read(decodeBody(gzipSync(text), "gzip", large))).toBe(text);
  expect(read(decodeBody(members, "gzip", large))).toBe(`a dam ${text}!`);
  for (const claimed of [0, 3, 0x7fff_ffff, 0xffff_ffff]) {
    const lie = gzipSync(text);
    lie.writeUInt32LE(claimed, lie.length - 4);
    expect(refusal(() => decodeBody(lie, "gzip", large))).toBe(400);
  }
  for (const cut of [0, 5, 17, 30])
    expect(refusal(() => decodeBody(gzipSync(text).subarray(0, cut), "gzip", large))).toBe(400);
});

test("what is damaged, cut short or of no known encoding is refused, each with its status", () => {
  const whole = gzipSync(text);
  expect(refusal(() => decodeBody(whole.subarray(0, 40), "gzip", 20_000))).toBe(400);
  expect(refusal(() => decodeBody(Buffer.from("no gzip"), "gzip", 20_000))).toBe(400);
  expect(refusal(() => decodeBody(Buffer.from("x"), "br", 20_000))).toBe(400);
  for (const unknown of ["compress", "gzip, gzip", "toString", "__proto__"])
    expect(refusal(() => decodeBody(whole, unknown, 20_000))).toBe(415);
  expect(refusal(() => decodeBody(Buffer.alloc(21), null, 20))).toBe(413);
});

test("a body that is too large is refused by its length, or at the byte that is too much", async () => {
  const post = (body: BodyInit): Request => new Request("http://x/", { method: "POST", body });
  expect(read(await readBytes(post("abc"), 3))).toBe("abc");
  await expect(readBytes(post("abcd"), 3)).rejects.toThrow("more than 3 bytes");
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (to) => {
      sent += 1_000;
      to.enqueue(new Uint8Array(1_000));
    },
  });
  await expect(readBytes(post(endless), 5_000)).rejects.toThrow("more than 5000 bytes");
  expect(sent).toBeLessThan(20_000);
});

test("many bodies together take no more than their room; one alone always has it", () => {
  const room = new Room(1_000);
  const [first, second] = [room.share(), room.share()];
  first.take(800);
  first.take(800);
  expect(refusal(() => second.take(1))).toBe(429);
  first.giveBack();
  second.take(600);
  expect(refusal(() => first.take(500))).toBe(429);
  first.take(400);
});
