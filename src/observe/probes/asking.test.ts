import { freePort, machineNet, testCastor, testPorts } from "#kernel/testing";
import { afterAll, expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { notATarget, type Tried, unknown } from "./contract.ts";
import { probes } from "./index.ts";
import { ipv4, nameServer, ownAuthority, type Pair, txt } from "./servers.testing.ts";

const dayMs = 86_400_000;
const { authority, good, ended } = ownAuthority(30);

const bigPage = `${"x".repeat(2_000_000)}end`;
const pages: Record<string, (request: Request) => Response> = {
  "/": () => new Response("Welcome to the shop", { headers: { "cache-control": "no-store" } }),
  "/down": () => new Response("sorry", { status: 503 }),
  "/moved": () => Response.redirect("/", 302),
  "/to-host": () => Response.redirect("/host", 302),
  "/host": ({ headers }) => new Response(`this is ${headers.get("host")}`),
  "/other": () => Response.redirect(`https://127.0.0.1:${secure.port}/`, 302),
  "/account": () => Response.redirect(`http://me:secret@127.0.0.1:${web.port}/`, 302),
  "/loop": () => Response.redirect("/loop", 302),
  "/away": () => new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } }),
  "/big": () => new Response(bigPage),
  "/slow": () => new Response(new ReadableStream({})),
};
const serve = (tls?: Pair) =>
  Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, ...(tls ? { tls } : {}) },
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/mine") return new Response(request.headers.get("authorization"));
      return pages[pathname]?.(request) ?? new Response("", { status: 404 });
    },
  });
const [web, secure, past] = [serve(), serve(good), serve(ended)];
const greeter = Bun.listen({
  ...{ hostname: "127.0.0.1", port: 0 },
  socket: { open: (socket) => void socket.end("220 mail.example ESMTP\r\n"), data: () => {} },
});
/** Says a word of two bytes a letter, cut within one of them. */
const german = Bun.listen({
  ...{ hostname: "127.0.0.1", port: 0 },
  socket: {
    open: (socket) => {
      const said = Buffer.from("220 Grüße\r\n");
      socket.write(said.subarray(0, 7));
      setTimeout(() => socket.end(said.subarray(7)), 20);
    },
    data: () => {},
  },
});
const names = await nameServer({
  "A shop.example": [ipv4("203.0.113.8"), ipv4("203.0.113.7")],
  "TXT shop.example": [txt("v=spf1 -all")],
});
const silent = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0 });
const closed = freePort();
afterAll(async () => {
  for (const each of [web, secure, past]) await each.stop(true);
  for (const each of [greeter, german]) each.stop(true);
  names.close();
  silent.close();
});

/** One beat of a probe that is configured so. */
async function beatOf(probe: Record<string, unknown>): Promise<Tried> {
  await using castor = await testCastor([settings, probes], {
    ports: testPorts({ net: machineNet }),
    config: { probes: { it: { every: "1d", ...probe } } },
    equipment: { probes: { readTrust: () => authority } },
  });
  return (await castor.act("probes.check", { probe: "it" })) as Tried;
}

const at = `http://127.0.0.1:${web.port}`;
const dns = `dns://127.0.0.1:${names.port}`;
const tests: [what: string, probe: Record<string, unknown>, says: string][] = [
  ["a page", { url: `${at}/` }, "ok it was answered 200 in 0 ms"],
  [
    "its words",
    { url: at, expect: { contains: "the shop", lacks: ["sold out"] } },
    "ok it was answered 200 in 0 ms",
  ],
  ["words it lacks", { url: at, expect: { contains: ["closed"] } }, "the body lacks “closed”"],
  ["words it must not have", { url: at, expect: { lacks: "shop" } }, "the body has “shop”"],
  [
    "an expression",
    { url: at, expect: { matches: "(?i)WELCOME.*shop" } },
    "ok it was answered 200 in 0 ms",
  ],
  [
    "an expression it is not",
    { url: at, expect: { matches: "^shop" } },
    "the body has nothing that is ^shop",
  ],
  [
    "a header",
    { url: at, expect: { headers: { "Cache-Control": "no-.*" } } },
    "ok it was answered 200 in 0 ms",
  ],
  [
    "a header it lacks",
    { url: at, expect: { headers: { "strict-transport-security": ".*" } } },
    "the header strict-transport-security is missing",
  ],
  ["an error", { url: `${at}/down` }, "it was answered 503"],
  [
    "an error that is wanted",
    { url: `${at}/down`, expect: { status: [404, "5xx"] } },
    "ok it was answered 503 in 0 ms",
  ],
  [
    "another status than wanted",
    { url: at, expect: { status: 204 } },
    "it was answered 200, not 204",
  ],
  ["a redirect", { url: `${at}/moved` }, "ok it was answered 302 in 0 ms"],
  [
    "a redirect that is followed",
    { url: `${at}/moved`, follow: true, expect: { status: 200 } },
    "ok it was answered 200 in 0 ms",
  ],
  ["a circle", { url: `${at}/loop`, follow: true }, "it leads on and on: more than 5 redirects"],
  [
    "a way out of the web",
    { url: `${at}/away`, follow: true },
    "it leads to what is no web address",
  ],
  [
    "a way with somebody's password",
    { url: `${at}/account`, follow: true },
    "it leads to what is no web address",
  ],
  [
    "a redirect of a site that it names itself",
    {
      ...{ url: `http://localhost:${web.port}/to-host`, follow: true },
      ...{ headers: { Host: "shop.test" }, expect: { contains: "this is shop.test" } },
    },
    "ok it was answered 200 in 0 ms",
  ],
  [
    "an authority of one's own behind a redirect",
    { url: `https://localhost:${secure.port}/moved`, follow: true, trust: "ca.pem" },
    "ok it was answered 200 in 0 ms",
  ],
  [
    "a certificate for others behind a redirect",
    { url: `${at}/other`, follow: true, trust: "ca.pem" },
    "its certificate is for other names",
  ],
  [
    "what is sent along",
    { url: `${at}/mine`, headers: { authorization: "Bearer x" }, expect: { contains: "Bearer x" } },
    "ok it was answered 200 in 0 ms",
  ],
  [
    "no more than a megabyte",
    { url: `${at}/big`, expect: { contains: "end" } },
    "the body lacks “end”",
  ],
  [
    "a body that never comes",
    { url: `${at}/slow`, timeout: "200ms", expect: { contains: "x" } },
    "no answer within 200 ms",
  ],
  ["a closed door", { url: `http://127.0.0.1:${closed}/` }, "nobody accepts connections there"],
  [
    "a connection",
    { url: `tcp://127.0.0.1:${greeter.port}` },
    "ok it accepts connections, in 0 ms",
  ],
  [
    "what is said first",
    { url: `tcp://127.0.0.1:${greeter.port}`, expect: { contains: "220 " } },
    "ok it accepts connections, in 0 ms",
  ],
  [
    "words of more than ASCII",
    { url: `tcp://127.0.0.1:${german.port}`, expect: { contains: "Grüße" }, timeout: "30s" },
    "ok it accepts connections, in 0 ms",
  ],
  [
    "what is said otherwise",
    { url: `tcp://127.0.0.1:${greeter.port}`, expect: { matches: "SSH-" }, timeout: "30s" },
    "what it says has nothing that is SSH-",
  ],
  ["no connection", { url: `tcp://127.0.0.1:${closed}` }, "nobody accepts connections there"],
  [
    "records in any order",
    { url: `${dns}/shop.example`, expect: { records: ["203.0.113.7", "203.0.113.8"] } },
    "ok 203.0.113.8, 203.0.113.7 in 0 ms",
  ],
  [
    "other records",
    { url: `${dns}/shop.example`, expect: { records: ["203.0.113.7"] } },
    "the records are 203.0.113.8, 203.0.113.7",
  ],
  [
    "a text record",
    { url: `${dns}/shop.example?type=TXT`, expect: { contains: "-all" } },
    "ok v=spf1 -all in 0 ms",
  ],
  ["a name that is gone", { url: `${dns}/blog.example` }, "there is no A record of blog.example"],
  [
    "a name server that is away",
    { url: `dns://127.0.0.1:${silent.port}/shop.example`, timeout: "300ms" },
    "no answer within 300 ms",
  ],
  [
    "an authority of one's own",
    { url: `https://localhost:${secure.port}/`, trust: "ca.pem" },
    "ok it was answered 200 in 0 ms",
  ],
  [
    "a certificate of strangers",
    { url: `https://localhost:${secure.port}/` },
    "its certificate is signed by nobody who is trusted",
  ],
  [
    "a certificate that has ended",
    { url: `https://localhost:${past.port}/`, trust: "ca.pem" },
    "its certificate has ended",
  ],
  [
    "a certificate for others",
    { url: `https://127.0.0.1:${secure.port}/`, trust: "ca.pem" },
    "its certificate is for other names",
  ],
  [
    "TLS",
    { url: `tls://localhost:${secure.port}`, trust: "ca.pem" },
    "ok its certificate holds, in 0 ms",
  ],
  [
    "TLS for others",
    { url: `tls://127.0.0.1:${secure.port}`, trust: "ca.pem" },
    "its certificate is for other names",
  ],
  [
    "TLS that has ended",
    { url: `tls://localhost:${past.port}`, trust: "ca.pem" },
    "its certificate has ended",
  ],
  [
    "TLS of strangers",
    { url: `tls://localhost:${secure.port}` },
    "its certificate is signed by nobody who is trusted",
  ],
  [
    "TLS where there is none",
    { url: `tls://127.0.0.1:${web.port}`, timeout: "2s" },
    "it does not speak TLS",
  ],
];
for (const [what, probe, says] of tests)
  test(`a probe looks at ${what}`, async () => {
    const tried = await beatOf(probe);
    expect(`${tried.ok ? "ok " : ""}${tried.says}`).toBe(says);
  });

for (const url of [`https://localhost:${secure.port}/`, `tls://localhost:${secure.port}`])
  test(`${url.slice(0, 5)} tells until when its certificate holds, and who signed it`, async () => {
    const { certificate } = await beatOf({ url, trust: "ca.pem" });
    expect(certificate).toMatchObject({ names: ["localhost"], issuer: "Own CA" });
    expect(Math.round(((certificate?.until ?? 0) - Date.now()) / dayMs)).toBe(30);
  });

test("an address is tried before it is written, and what cannot be asked is refused", async () => {
  await using castor = await testCastor([settings, probes], {
    ports: testPorts({ net: machineNet }),
  });
  const tried = (input: Record<string, unknown>) => castor.act("probes.try", input);
  expect(await tried({ address: at, contains: ["shop"], status: ["2xx"] })).toMatchObject({
    ok: true,
  });
  expect(await tried({ address: at, contains: ["closed"] })).toMatchObject({ ok: false });
  for (const url of [
    "file:///etc/passwd",
    "http://me:secret@shop.example/",
    "tcp://shop",
    "dns:x?type=ANY",
  ])
    expect(await tried({ address: url })).toMatchObject({ problem: notATarget });
  expect(await tried({ address: at, matches: ["(?=x)"] })).toMatchObject({ problem: notATarget });
  expect(await castor.act("probes.check", { probe: "it" })).toMatchObject({ problem: unknown });
});
