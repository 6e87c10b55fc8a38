import { afterEach, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { cacheSnapshot } from "../../../cache/contract.ts";
import { Cache } from "../cache/cache.ts";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import {
  answering,
  Backend,
  dial,
  get,
  until,
  type Wire,
  type World,
  world,
} from "../world.testing.ts";
import { CertificateFolder } from "../tls/tls.testing.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

const settings = {
  types: ["text/*", "application/json"],
  encodings: ["br", "zstd", "gzip"] as const,
};
const page = "a page of many words, which come again and again. ".repeat(200);
const html = (body: string, more = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

type Behind = ConstructorParameters<typeof Backend>[0];
function squeezing(behind: Behind | string, snapshot: Partial<GatewaySnapshotInput> = {}): World {
  const backend = new Backend(typeof behind === "string" ? answering(behind) : behind);
  const compression = { ...settings, encodings: [...settings.encodings] };
  const made = world([backend], { route: { compression }, snapshot });
  cleanUps.push(
    () => backend.stop(),
    () => made[Symbol.dispose](),
  );
  return made;
}

type Answer = { head: string; body: Buffer; plain: string };
/** One request on a connection of its own, and its body as it was before it was compressed. */
async function ask(at: { port: number }, more: string, path = "/"): Promise<Answer> {
  const wire = await dial(at.port);
  wire.send(get(path, `Connection: close\r\n${more}`));
  await wire.over();
  return read(wire);
}
function read(wire: Wire): Answer {
  const end = wire.received.indexOf("\r\n\r\n") + 4;
  const head = wire.received.subarray(0, end).toString("latin1");
  let body = wire.received.subarray(end);
  if (/transfer-encoding: chunked/i.test(head)) body = unchunked(body);
  const [, encoding] = /^content-encoding: *(\w+)/im.exec(head) ?? [];
  const plain =
    encoding === "br"
      ? brotliDecompressSync(body)
      : encoding === "zstd"
        ? zstdDecompressSync(body)
        : encoding === "gzip"
          ? gunzipSync(body)
          : body;
  return { head, body, plain: plain.toString("latin1") };
}
function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
const wants = (codings: string): string => `Accept-Encoding: ${codings}\r\n`;

test("a page is compressed as the visitor wants it, and says so; caches in between are told that it varies", async () => {
  const at = squeezing(html(page, 'ETag: "v1"\r\nAccept-Ranges: bytes\r\n'));
  for (const encoding of settings.encodings) {
    const { head, body, plain } = await ask(at, wants(encoding));
    expect(head).toContain(`Content-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n`);
    expect(head).toContain("Vary: Accept-Encoding\r\n");
    expect(head).toContain('ETag: W/"v1"\r\n');
    expect(head).not.toContain("Accept-Ranges");
    expect(head.match(/content-length/gi)).toHaveLength(1);
    expect(plain).toBe(page);
    expect(body.length).toBeLessThan(page.length / 10);
  }
  const { head, plain } = await ask(at, "");
  expect(head).not.toContain("Content-Encoding");
  expect(head).toContain("Vary: Accept-Encoding\r\n");
  expect(head).toContain('ETag: "v1"\r\n');
  expect(plain).toBe(page);
});

const left: [string, string][] = [
  ["a small answer", html("small")],
  ["a picture", html(page).replace("text/html", "image/png")],
  ["no type", html(page).replace("Content-Type: text/html\r\n", "")],
  ["what is compressed already", html(page, "Content-Encoding: deflate\r\n")],
  ["what must not be transformed", html(page, "Cache-Control: public, no-transform\r\n")],
  ["an event stream", html(page).replace("text/html", "text/event-stream")],
  [
    "a part",
    html(page, "Content-Range: bytes 0-9/10\r\n").replace("200 OK", "206 Partial Content"),
  ],
];
for (const [name, answer] of left)
  test(`${name} goes as it is`, async () => {
    const { head } = await ask(squeezing(answer), wants("br, gzip"));
    expect(head).toContain(`Content-Length: ${answer.length - answer.indexOf("\r\n\r\n") - 4}\r\n`);
    expect(head).not.toMatch(/content-encoding: br/i);
    expect(head).not.toContain("Vary");
  });

test("HEAD has the plain head, HTTP/1.0 the plain page, and a page without a body none", async () => {
  const at = squeezing(html(page));
  const wire = await dial(at.port);
  wire.send(`HEAD / HTTP/1.1\r\nHost: a\r\n${wants("br")}Connection: close\r\n\r\n`);
  expect(await wire.over()).toContain("Vary: Accept-Encoding\r\n");
  const old = await dial(at.port);
  old.send(`GET / HTTP/1.0\r\nHost: a\r\n${wants("gzip")}\r\n`);
  expect(await old.over()).toEndWith(page);
});

test("a body whose length nobody knows is compressed as it comes: nothing waits for the rest", async () => {
  const words = (from: number): string =>
    Array.from(
      { length: 200 },
      (_, i) => `word ${((from + i) * 2_654_435_761) % 4_294_967_296} `,
    ).join("");
  const [first, second] = [words(1), words(1_000)];
  let rest: (() => void) | undefined;
  const at = squeezing((wire) => {
    const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
    wire.send(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n`);
    wire.send(chunk(first));
    rest = () => wire.send(`${chunk(second)}0\r\n\r\n`);
  });
  for (const encoding of settings.encodings) {
    const wire = await dial(at.port);
    wire.send(get("/", `Connection: close\r\n${wants(encoding)}`));
    // What was flushed is there before the second part exists.
    const arrived = (): number => wire.received.length - wire.text.indexOf("\r\n\r\n");
    await until(() => wire.text.includes("\r\n\r\n") && arrived() > 500, "the first part");
    rest?.();
    await wire.over();
    expect(read(wire).plain).toBe(first + second);
    expect(read(wire).head).toContain(`Content-Encoding: ${encoding}`);
  }
});

test("the connection goes on after a compressed answer, and so does the instance's", async () => {
  const at = squeezing(html(page));
  const wire = await dial(at.port);
  for (let i = 1; i <= 3; i++) {
    wire.send(get(`/${i}`, wants("gzip")));
    await until(() => (wire.text.match(/Content-Encoding: gzip/g)?.length ?? 0) === i);
    await until(() => at.plane.stats().services[0]?.inFlight === 0);
  }
  expect(at.plane.stats().services[0]?.instances[0]).toMatchObject({ open: 1, idle: 1 });
});

test("a large page reaches a slow visitor whole, while little of it is held and others are answered", async () => {
  const large = Array.from(
    { length: 400_000 },
    (_, i) => `line ${(i * 2_654_435_761) % 4_294_967_296}\n`,
  ).join("");
  const at = squeezing((wire) =>
    wire.send(wire.text.includes("/large") ? html(large) : html(page)),
  );
  const slow = await dial(at.port);
  slow.socket?.pause();
  slow.send(get("/large", `Connection: close\r\n${wants("gzip")}`));
  await until(
    () => at.plane.upstreams.size > 0 && [...at.plane.upstreams].some((each) => each.isPaused),
    "the pause",
  );
  for (let i = 0; i < 5; i++) expect((await ask(at, wants("br"))).plain).toBe(page);
  slow.socket?.resume();
  await slow.over();
  expect(read(slow).plain === large).toBe(true);
});

test("an instance that breaks off breaks the answer off; a visitor who leaves costs nothing more", async () => {
  const at = squeezing((wire) => {
    wire.send(
      `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000000\r\n\r\n${page}`,
    );
    if (wire.text.includes("/broken")) setTimeout(() => wire.hangUp(), 20);
  });
  const broken = await dial(at.port);
  await broken.send(get("/broken", wants("gzip"))).over();
  expect(broken.text).not.toContain("0\r\n\r\n");
  const leaving = await dial(at.port);
  leaving.send(get("/", wants("gzip")));
  await until(() => leaving.received.length > 0);
  leaving.hangUp();
  await until(() => at.plane.stats().services[0]?.inFlight === 0, "the end of the exchange");
});

test("a body that ends with the connection is whole when it ends", async () => {
  const at = squeezing((wire) => {
    wire.send(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n${page}`);
    wire.socket?.end();
  });
  const { head, plain } = await ask(at, wants("br"));
  expect(head).toContain("Transfer-Encoding: chunked");
  expect(plain).toBe(page);
});

test("a hit costs no compressing: the copy is kept beside the page, within the cache's budget", async () => {
  const at = squeezing(html(page, 'Cache-Control: max-age=60\r\nETag: "v1"\r\n'));
  const rule = { id: "all", hosts: [], pathPrefix: "/", isOn: true, sharesCookies: false };
  const times = { heuristicShare: 0, heuristicMsMax: 0, unmarkedMs: 0, onErrorMs: 0 };
  const picture = cacheSnapshot.schema.parse({
    ...{
      rules: [{ ...rule, ...times }],
      memoryBytesMax: 1e6,
      diskBytesMax: 0,
      objectBytesMax: 1e6,
    },
    ...{ purges: [], stale: [] },
  });
  const cache = (at.plane.cache = new Cache(at.plane, picture));
  await ask(at, "");
  const plainBytes = cache.shelves.memory.bytes;
  expect((await ask(at, wants("br"))).plain).toBe(page);
  await until(() => cache.shelves.memory.bytes > plainBytes, "the compressed copy");
  const hit = await ask(at, wants("br"));
  expect(hit.head).toContain("Cache-Status: Castor; hit");
  expect(hit.head).toContain(`Content-Encoding: br\r\nContent-Length: ${hit.body.length}\r\n`);
  expect(hit.head).toContain('ETag: W/"v1"');
  expect(hit.plain).toBe(page);
  expect(cache.shelves.memory.bytes).toBe(plainBytes + hit.body.length);
  const plain = await ask(at, "");
  expect(plain.head).toContain("Vary: Accept-Encoding\r\n");
  expect(plain.plain).toBe(page);
  expect((await ask(at, `${wants("br")}If-None-Match: W/"v1"\r\n`)).head).toStartWith(
    "HTTP/1.1 304",
  );
  const part = await ask(at, `${wants("br")}Range: bytes=0-9\r\n`);
  expect(part.head).toStartWith("HTTP/1.1 206");
  expect(part.plain).toBe(page.slice(0, 10));
});

const curl = Bun.which("curl");
test.skipIf(curl === null)("over HTTP/2 it is the same, with a length and without", async () => {
  const files = new CertificateFolder();
  cleanUps.push(() => files[Symbol.dispose]());
  const at = squeezing(
    (wire) => {
      const chunks = `${page.length.toString(16)}\r\n${page}\r\n0\r\n\r\n`;
      const head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
      wire.send(wire.text.includes("/chunks") ? head + chunks : html(page));
    },
    {
      listeners: [{ host: "127.0.0.1", port: 0, tls: true }],
      tls: { certificates: [files.put("one", "one.example")] },
    },
  );
  for (const path of ["/whole", "/chunks"]) {
    const url = `https://127.0.0.1:${at.port}${path}`;
    const child = Bun.spawn(["curl", "-sik", "--http2", "--compressed", url], {
      stderr: "inherit",
    });
    const answer = await new Response(child.stdout).text();
    expect(answer).toStartWith("HTTP/2 200");
    expect(answer).toContain("content-encoding: br");
    expect(answer.endsWith(page)).toBe(true);
  }
});
