import { afterEach, expect, test } from "bun:test";
import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from "node:http2";
import { CertificateFolder, SecureWire } from "../tls/tls.testing.ts";
import { Backend, ok, until, type Wire, world } from "../world.testing.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

type Answer = { status: number; fields: Record<string, unknown>; body: string; interim: number[] };

/** A gateway over TLS with HTTP/2, and a visitor of it by Node's own client. */
async function visit(
  onData: (wire: Wire) => unknown,
  over: Parameters<typeof world>[1] = {},
): Promise<{ session: ClientHttp2Session; gate: ReturnType<typeof world>; backend: Backend }> {
  const files = new CertificateFolder();
  const backend = new Backend(onData);
  const gate = world([backend], {
    ...over,
    snapshot: {
      listeners: [{ host: "127.0.0.1", port: 0, tls: true }],
      tls: { certificates: [files.put("one", "shop.example")] },
      ...over.snapshot,
    },
  });
  const session = connect(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
  session.on("error", () => {});
  cleanUps.push(
    () => files[Symbol.dispose](),
    () => backend.stop(),
    () => gate[Symbol.dispose](),
    () => session.destroy(),
  );
  return { session, gate, backend };
}

/** One request; resolves when its stream has closed. */
function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  body?: string | Buffer,
): Promise<Answer> {
  const stream = session.request(
    { ":authority": "shop.example", ...headers },
    { endStream: body === undefined },
  );
  const answer: Answer = { status: 0, fields: {}, body: "", interim: [] };
  stream.setEncoding("latin1");
  stream.on("headers", (each) => answer.interim.push(Number(each[":status"])));
  stream.on("response", (fields) => {
    answer.status = Number(fields[":status"]);
    answer.fields = fields;
  });
  stream.on("data", (text: string) => (answer.body += text));
  if (body !== undefined) stream.end(body);
  return new Promise((isOver, fails) => {
    stream.on("error", fails);
    stream.on("close", () => isOver(answer));
  });
}

/** Answers each request with its own head and body, as the instance saw them. */
function echo(wire: Wire): void {
  const at = wire.text.indexOf("\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(wire.text)?.[1] ?? 0);
  const isWhole = /chunked/i.test(wire.text)
    ? wire.text.endsWith("0\r\n\r\n")
    : wire.text.length >= at + 4 + length;
  if (at < 0 || !isWhole) return;
  const said = wire.text;
  wire.received = Buffer.alloc(0);
  wire.send(ok(said));
}

test("a request reaches the instance as one of HTTP/1.1, and says where it came from", async () => {
  const { session, gate } = await visit(echo);
  const { body, status, fields } = await ask(session, {
    ":path": "/a/../b?c=%2e",
    cookie: ["a=1", "b=2"],
    "x-same": ["one", "two"],
    te: "trailers",
  });
  expect(status).toBe(200);
  expect(body).toStartWith("GET /a/../b?c=%2e HTTP/1.1\r\nhost: shop.example\r\n");
  expect(body).toContain("\r\ncookie: a=1; b=2\r\n");
  expect(body).toContain("\r\nx-same: one\r\nx-same: two\r\n");
  expect(body).toContain("X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n");
  expect(body.match(/X-Request-Id: (\S+)/)?.[1]).toBe(String(fields["x-request-id"]));
  expect(body).not.toMatch(/^te:|connection|transfer-encoding|content-length/im);
  expect(gate.tally.of("gateway.protocols", { protocol: "HTTP/2" })).toBe(1);
  expect(gate.tally.of("gateway.requests", { class: "2xx" })).toBe(1);
});

test("a body passes with its length, or in chunks where it has none", async () => {
  const { session } = await visit(echo);
  const body = "x".repeat(100_000);
  const sized = await ask(session, { ":method": "POST", "content-length": body.length }, body);
  expect(sized.body).toContain("\r\ncontent-length: 100000\r\n");
  expect(sized.body).toEndWith(body);
  const unsized = await ask(session, { ":method": "POST" }, "hello");
  expect(unsized.body).toContain("\r\ntransfer-encoding: chunked\r\n");
  expect(unsized.body).toEndWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  expect((await ask(session, { ":method": "POST" })).body).toContain("content-length: 0\r\n");
});

test("an answer keeps its fields, and loses what speaks of a connection", async () => {
  const lines = [
    "Set-Cookie: a=1",
    "Set-Cookie: b=2",
    "X-Ünicode: é",
    "Connection: keep-alive, x-hop",
    "Keep-Alive: timeout=5",
    "X-Hop: mine",
    "X-Long: " + "l".repeat(20_000),
  ];
  const { session } = await visit((wire) =>
    wire.send(
      ok(
        "body",
        lines
          .filter((each) => !each.startsWith("X-Ü"))
          .map((each) => `${each}\r\n`)
          .join(""),
      ),
    ),
  );
  const { fields, body } = await ask(session);
  expect(body).toBe("body");
  expect(fields["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(fields["content-length"]).toBe("4");
  expect(String(fields["x-long"])).toHaveLength(20_000);
  expect(Object.keys(fields)).not.toContainAnyValues(["connection", "keep-alive", "x-hop"]);
});

test("whatever frames an answer's body, the visitor gets the body", async () => {
  const answers: Record<string, string> = {
    "/chunked":
      "Transfer-Encoding: chunked\r\nTrailer: x\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nx: y\r\n\r\n",
    "/until-end": "\r\nhello world",
    "/sized": "Content-Length: 11\r\n\r\nhello world",
    "/empty": "Content-Length: 0\r\n\r\n",
  };
  const { session } = await visit((wire) => {
    const path = wire.text.split(" ")[1] ?? "";
    wire.send(`HTTP/1.1 200 OK\r\n${answers[path]}`);
    if (path === "/until-end") wire.finish();
    wire.received = Buffer.alloc(0);
  });
  for (const path of Object.keys(answers)) {
    const { body, fields } = await ask(session, { ":path": path });
    expect(body).toBe(path === "/empty" ? "" : "hello world");
    expect(fields["trailer"]).toBeUndefined();
  }
});

test("answers without a body end with their head, and interim answers come before it", async () => {
  const { session } = await visit((wire) => {
    const [method, path] = wire.text.split(" ");
    wire.received = Buffer.alloc(0);
    if (path === "/304") wire.send("HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n");
    else if (method === "HEAD") wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    else wire.send(`HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n${ok("here")}`);
  });
  expect(await ask(session, { ":path": "/304" })).toMatchObject({ status: 304, body: "" });
  const head = await ask(session, { ":method": "HEAD" });
  expect(head).toMatchObject({ status: 200, body: "" });
  expect(head.fields["content-length"]).toBe("5");
  expect(await ask(session)).toMatchObject({ status: 200, body: "here", interim: [103] });
});

test("a refusal says why, over HTTP/2 as ever", async () => {
  const { session, gate } = await visit(echo, { route: { limits: { bodyBytesMax: 10 } } });
  const refused = await ask(session, { ":method": "POST", "content-length": 11 }, "x".repeat(11));
  expect(refused.status).toBe(413);
  expect(refused.fields["castor-reason"]).toBe("gateway.body-too-large");
  const chunked = await ask(session, { ":method": "POST" }, "x".repeat(1_000));
  expect(chunked.status).toBe(413);
  const connect = await ask(session, { ":method": "CONNECT" });
  expect(connect.status).toBe(405);
  const other = {
    ":method": "CONNECT",
    ":protocol": "connect-udp",
    ":path": "/",
    ":scheme": "https",
  };
  expect((await ask(session, other)).status).toBe(501);
  expect((await ask(session)).status).toBe(200);
  expect(gate.tally.of("gateway.refusals", { reason: "gateway.body-too-large" })).toBe(2);
});

test("an answer that breaks off is a broken stream and nothing else", async () => {
  const { session } = await visit((wire) => {
    if (wire.text.includes("/half")) {
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
      wire.hangUp();
    } else echo(wire);
  });
  await expect(ask(session, { ":path": "/half" })).rejects.toThrow("NGHTTP2_INTERNAL_ERROR");
  expect((await ask(session)).status).toBe(200);
});

test("an answer before the body has come is whole, and the rest is not waited for", async () => {
  const { session } = await visit((wire) => {
    if (wire.text.includes("/early")) wire.send(ok("enough"));
    else echo(wire);
  });
  const stream = session.request({ ":method": "POST", ":path": "/early" }, { endStream: false });
  stream.write("a beginning");
  stream.setEncoding("latin1");
  let body = "";
  stream.on("data", (text: string) => (body += text));
  await until(() => stream.closed, "the end of the stream");
  expect(body).toBe("enough");
  expect(stream.rstCode).toBe(0);
  expect((await ask(session)).status).toBe(200);
});

test("a hundred requests at once are answered, each with its own answer", async () => {
  const { session } = await visit(echo);
  const paths = Array.from({ length: 100 }, (_, i) => `/${i}`);
  const answers = await Promise.all(paths.map((path) => ask(session, { ":path": path })));
  expect(answers.map(({ body }) => body.split(" ")[1])).toEqual(paths);
  expect(new Set(answers.map(({ fields }) => fields["x-request-id"])).size).toBe(100);
});

test("where HTTP/2 is off, the same visitor is answered in HTTP/1.1", async () => {
  const { gate } = await visit((wire) => wire.send(ok("here")), {
    snapshot: { http2: { overTls: false } },
  });
  const answer = await fetch(`https://127.0.0.1:${gate.port}/`, {
    tls: { rejectUnauthorized: false },
  });
  expect(await answer.text()).toBe("here");
  const wire = new SecureWire(gate.port, { ALPNProtocols: ["h2", "http/1.1"] });
  cleanUps.push(() => wire.socket.destroy());
  await wire.open();
  expect(wire.socket.alpnProtocol).toBe("http/1.1");
  const stranger = new SecureWire(gate.port, { ALPNProtocols: ["h2"] });
  cleanUps.push(() => stranger.socket.destroy());
  expect((await stranger.open()).isSecure).toBeFalse();
});

test("where no more connections are taken, one over HTTP/2 is told so", async () => {
  const { session, gate } = await visit(echo, { snapshot: { limits: { connectionsMax: 1 } } });
  expect((await ask(session)).status).toBe(200);
  const second = connect(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
  second.on("error", () => {});
  let said = "";
  second.on("goaway", (_, __, why) => (said = Buffer.from(why ?? []).toString()));
  await until(() => second.closed || second.destroyed, "the end");
  expect(said).toBe("too-many-connections");
  expect((await ask(session)).status).toBe(200);
});

test("a WebSocket comes over one stream, and the others go on beside it", async () => {
  const answer = (wire: Wire): unknown => {
    if (!wire.text.includes("websocket")) return echo(wire);
    if (!wire.text.includes("said"))
      wire.send(
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\nX-A: b\r\n\r\nwelcome",
      );
    else wire.send("heard");
    return undefined;
  };
  // However quiet it is, the time for a body does not end it.
  const route = { timeouts: { bodyIdleMs: 100 } };
  const { session, backend } = await visit(answer, { route });
  const stream = session.request(
    { ":method": "CONNECT", ":protocol": "websocket", ":path": "/live", ":authority": "a" },
    { endStream: false },
  );
  let [status, body] = [0, ""];
  stream.on("response", (fields) => (status = Number(fields[":status"])));
  stream.on("data", (bytes: Buffer) => (body += bytes.toString("latin1")));
  await until(() => body === "welcome", "the welcome");
  expect(status).toBe(200);
  expect(backend.text).toStartWith("GET /live HTTP/1.1\r\nhost: a\r\n");
  expect(backend.text).toMatch(/^sec-websocket-key: [\w+/]{22}==\r$/m);
  expect((await ask(session)).status).toBe(200);
  await Bun.sleep(400);
  stream.write("said");
  await until(() => body === "welcomeheard", "the answer through the tunnel");
  stream.end();
  await until(() => backend.wires[0]?.ended === true, "the end at the instance");
});
