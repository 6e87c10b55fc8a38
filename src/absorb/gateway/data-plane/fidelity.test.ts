import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, world } from "./world.testing.ts";

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/** Sends one request and gives what the instance got and what the visitor got. */
async function through(
  request: string,
  answer: string,
  over: Parameters<typeof world>[1] = {},
): Promise<{ asked: string; answered: string }> {
  const backend = new Backend(answering(answer));
  using gate = world([backend], over);
  const wire = await gate.dial();
  wire.send(request);
  const tail = answer.slice(answer.indexOf("\r\n\r\n"));
  const answered = await wire.says(tail);
  wire.hangUp();
  backend.stop();
  return { asked: backend.text, answered };
}
const withoutId = (text: string): string => text.replace(/X-Request-Id: .*\r\n/, "");

test("a request passes byte for byte, but for what says who asked", async () => {
  const lines =
    "x-lower: 1\r\nX-Dup: a\r\nX-MIXED:   spaced \r\nX-Dup: b\r\nCookie: a=1\r\nCookie: b=2\r\nX-Latin: \xe4\xff\r\nX-Empty:\r\n";
  const { asked } = await through(get("/a/../b/%2e%2e//c\\d?x='<>&y=", lines), ok("x"));
  const [head = ""] = asked.split("X-Forwarded-For");
  expect(head).toBe(`GET /a/../b/%2e%2e//c\\d?x='<>&y= HTTP/1.1\r\nHost: shop.example\r\n${lines}`);
});

test("the session of Castor's console stays here; every other cookie goes on as it came", async () => {
  const session = "castor.session_token=secret.signature";
  const lines = [
    ...[`Cookie: a=1;b=castor.;  ${session}; c="2"`, `cookie: ${session}`],
    ...["Cookie: d=4", `COOKIE:${session};e=5`, "X-Last: 1"],
  ];
  const { asked } = await through(get("/", `${lines.join("\r\n")}\r\n`), ok("x"));
  expect(asked).not.toContain("secret");
  expect([...(asked.match(/^cookie:.*$/gim) ?? [])]).toEqual([
    ...['Cookie: a=1;b=castor.; c="2"', "Cookie: d=4", "Cookie: e=5"],
  ]);
  expect(asked).toContain("X-Last: 1\r\n");
});

test("a response passes byte for byte: order, case, duplicates, reason, odd status, latin letters", async () => {
  const head =
    "HTTP/1.1 999 Quite \xe4 Reason\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nVary: a\r\nVary: b\r\nX-L: \xff\r\n";
  const { answered } = await through(get(), `${head}Content-Length: 2\r\n\r\nhi`);
  expect(withoutId(answered)).toBe(`${head}Content-Length: 2\r\n\r\nhi`);
});

test("a response without a reason phrase stays without one", async () => {
  const { answered } = await through(get(), "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx");
  expect(answered).toStartWith("HTTP/1.1 200\r\n");
});

test("Content-Length is kept, also on a large body", async () => {
  const body = "y".repeat(300_000);
  const { answered } = await through(get(), ok(body));
  expect(answered).toContain("Content-Length: 300000\r\n");
  expect(answered).toEndWith(body);
});

test("a response's chunks pass with their extensions and trailers", async () => {
  const chunks = "5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n";
  const { answered } = await through(
    get(),
    `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
  );
  expect(answered).toEndWith(`\r\n\r\n${chunks}`);
  expect(answered).toContain("Trailer: X-Sum\r\n");
});

test("a request's chunks pass with their extensions, and without trailers, however they are cut", async () => {
  const body = "5;a=b\r\nhello\r\n0\r\n";
  for (const step of [1, 7, 1_000]) {
    const backend = new Backend((wire) => {
      if (wire.text.endsWith(`${body}\r\n`)) wire.send(ok("x"));
    });
    using gate = world([backend]);
    const wire = await gate.dial();
    const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    const request = `${head}${body}X-Sum: 1\r\nx-sum: 2\r\n\r\n`;
    for (let at = 0; at < request.length; at += step) {
      wire.send(request.slice(at, at + step));
      await Bun.sleep(0);
    }
    await wire.says("\r\n\r\nx");
    expect(backend.text).toEndWith(`\r\n\r\n${body}\r\n`);
    wire.hangUp();
    backend.stop();
  }
});

test("a GET with a body is forwarded with it", async () => {
  const { asked } = await through(
    `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody`,
    ok("x"),
  );
  expect(asked).toContain("Content-Length: 4\r\n");
  expect(asked).toEndWith("\r\n\r\nbody");
});

for (const [what, request, answer] of [
  ["HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"],
  ["204", get(), "HTTP/1.1 204 No Content\r\n\r\n"],
  ["304", get(), 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5000\r\n\r\n'],
] as const) {
  test(`${what} has no body, whatever its head says, and the connection goes on`, async () => {
    const backend = new Backend(answering(answer));
    using gate = world([backend]);
    const wire = await gate.dial();
    await wire.send(request).says("\r\n\r\n");
    wire.send(request);
    await until(() => wire.text.split("\r\n\r\n").length === 3, "a second answer");
    expect(withoutId(withoutId(wire.text))).toBe(answer + answer);
    expect(backend.wires).toHaveLength(1);
    wire.hangUp();
    backend.stop();
  });
}

test("hop-by-hop fields end here, also those that Connection names; others stay", async () => {
  const lines =
    "Connection: close, X-Secret, Host, content-length\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\nTE: gzip\r\nUpgrade: x\r\nX-Stay: 1\r\n";
  const answerLines =
    "Connection: X-Inner, keep-alive\r\nX-Inner: 1\r\nKeep-Alive: timeout=5\r\nX-Kept: 1\r\n";
  const { asked, answered } = await through(get("/", lines), ok("x", answerLines));
  for (const gone of ["Connection:", "X-Secret", "Keep-Alive", "TE:", "Upgrade"])
    expect(asked).not.toContain(gone);
  expect(asked).toContain("Host: shop.example\r\n");
  expect(asked).toContain("X-Stay: 1\r\n");
  for (const gone of ["X-Inner", "Keep-Alive", "keep-alive"]) expect(answered).not.toContain(gone);
  expect(answered).toContain("X-Kept: 1\r\n");
  expect(answered).toContain("Connection: close\r\n");
});

test("whose turn it is in a waiting room is ours to say: a visitor's word for it ends here, where there is no room too", async () => {
  const lines = "Castor-Turn: a\r\ncastor-turn: b\r\nCASTOR_TURN: c\r\nCastor-Turns: 1\r\n";
  const { asked } = await through(get("/", lines), ok("x", "Castor-Turn: d\r\n"));
  expect(asked.match(/castor.turn.*/gi)?.map((line) => line.trim())).toEqual(["Castor-Turns: 1"]);
});

test("TE: trailers is passed on, since trailers are", async () => {
  const { asked } = await through(get("/", "TE: trailers\r\nConnection: TE\r\n"), ok("x"));
  expect(asked).toContain("TE: trailers\r\n");
});

test("absolute form reaches the instance in origin form", async () => {
  const { asked } = await through(
    "GET http://shop.example?x=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n",
    ok("x"),
  );
  expect(asked).toStartWith("GET /?x=1 HTTP/1.1\r\nHost: shop.example\r\n");
});

test("what a stranger says about itself is replaced", async () => {
  const lines =
    "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: for=6.6.6.6\r\nX-Request-Id: mine\r\n";
  const { asked, answered } = await through(get("/", lines), ok("x"));
  expect(asked).not.toContain("6.6.6.6");
  expect(asked).toContain(
    "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.example\r\n",
  );
  const [id = ""] = uuid.exec(asked) ?? [];
  expect(id).not.toBe("");
  expect(answered).toContain(`X-Request-Id: ${id}\r\n`);
  expect(asked.match(/x-request-id/gi)).toHaveLength(1);
});

test("what applications believe of a proxy in front ends here from a stranger, and passes from a trusted one", async () => {
  const lines = [
    ...["X-Real-IP: 6.6.6.6", "True-Client-Ip: 6.6.6.6", "CF-Connecting-IP: 6.6.6.6"],
    ...["X-Forwarded-Port: 6", "x-forwarded-prefix: /6", "X-Forwarded-Ssl: on"],
    ...["X-Forwarded-Tls-Client-Cert-Info-And-More: 6", "X-Original-URL: /admin"],
    ...["X-Rewrite-Url: /admin", "Front-End-Https: on", "X-Forwarded: for=6"],
  ];
  const request = get("/", `X-A: 1\r\n${lines.join("\r\n")}\r\nX-Forwardedly: 2\r\n`);
  const { asked } = await through(request, ok("x"));
  expect(asked).toContain("X-A: 1\r\nX-Forwardedly: 2\r\nX-Forwarded-For: 127.0.0.1\r\n");
  const believed = await through(request, ok("x"), {
    snapshot: { trustedProxies: ["127.0.0.0/8"] },
  });
  for (const line of lines) expect(believed.asked).toContain(`${line}\r\n`);
});

test("what a trusted proxy says is believed, and our part is added", async () => {
  const lines =
    "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: real\r\nX-Request-Id: theirs\r\n";
  const { asked, answered } = await through(get("/", lines), ok("x", "X-Request-Id: echo\r\n"), {
    snapshot: { trustedProxies: ["127.0.0.0/8"] },
  });
  expect(asked).toContain("X-Forwarded-For: 6.6.6.6, 7.7.7.7, 127.0.0.1\r\n");
  expect(asked).toContain("X-Forwarded-Proto: https\r\nX-Forwarded-Host: real\r\n");
  expect(asked.match(/X-Request-Id: theirs\r\n/g)).toHaveLength(1);
  expect(answered.match(/X-Request-Id: .*\r\n/g)).toEqual(["X-Request-Id: theirs\r\n"]);
});

test("Forwarded and Via are written when the snapshot asks for them", async () => {
  const { asked, answered } = await through(get(), ok("x"), {
    snapshot: { addForwarded: true, addVia: true },
  });
  expect(asked).toContain('Forwarded: for=127.0.0.1;host="shop.example";proto=http\r\n');
  expect(asked).toContain("Via: 1.1 castor\r\n");
  expect(answered).toContain("Via: 1.1 castor\r\n");
});

test("a small response leaves in one segment", async () => {
  const backend = new Backend(answering(ok("z".repeat(20_000), "X-A: 1\r\n".repeat(30))));
  using gate = world([backend]);
  const wire = await gate.dial();
  const calls: number[] = [];
  const [client] = await clientsOf(gate.plane);
  const { socket } = client;
  const write = socket.write.bind(socket);
  socket.write = (...args: Parameters<typeof write>) => {
    calls.push(args[2] ?? 0);
    return write(...args);
  };
  await wire.send(get()).says("zzz");
  await until(() => wire.receivedBytes > 20_000, "the body");
  expect(calls).toHaveLength(1);
  wire.hangUp();
  backend.stop();
});

async function clientsOf(plane: ReturnType<typeof world>["plane"]) {
  await until(() => plane.clients.size > 0, "the connection to be accepted");
  const [first] = plane.clients;
  if (first === undefined) throw new Error("Nobody is connected.");
  return [first] as const;
}
