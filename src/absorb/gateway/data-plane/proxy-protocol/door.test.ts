import { afterEach, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#kernel/testing";
import { CertificateFolder, SecureWire } from "../tls/tls.testing.ts";
import {
  answering,
  Backend,
  dial,
  get,
  ok,
  until,
  type Wire,
  type World,
  world,
} from "../world.testing.ts";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { Certificates } from "../tls/certificates.ts";
import { InnerDoor } from "./door.ts";
import { line } from "./headers.testing.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

type Door = { world: World; behind: Backend; files: CertificateFolder };
function door(
  over: {
    from?: string[];
    tls?: boolean;
    snapshot?: Partial<GatewaySnapshotInput>;
    answers?: (wire: Wire) => void;
  } = {},
): Door {
  const files = new CertificateFolder();
  const behind = new Backend(over.answers ?? answering(ok("here")));
  const proxyProtocolFrom = over.from ?? ["127.0.0.0/8"];
  const made = world([behind], {
    snapshot: {
      listeners: [{ host: "127.0.0.1", port: 0, tls: over.tls === true, proxyProtocolFrom }],
      ...(over.tls ? { tls: { certificates: [files.put("one", "one.example")] } } : {}),
      ...over.snapshot,
    },
    accessLogPath: join(files.path, "access.log"),
  });
  cleanUps.push(
    () => files[Symbol.dispose](),
    () => behind.stop(),
    () => made[Symbol.dispose](),
  );
  return { world: made, behind, files };
}
const said = line("TCP4 192.0.2.1 10.0.0.1 56324 443").toString("latin1");
const last = get("/", "Connection: close\r\n");

test("the visitor is whom the balancer speaks for, cut into single bytes or in one piece", async () => {
  const { world: at, behind } = door();
  expect(await at.ask(said + last)).toEndWith("here");
  const slow = await dial(at.port);
  for (const byte of said + last) slow.send(byte);
  expect(await slow.over()).toEndWith("here");
  expect(behind.text.match(/X-Forwarded-For: 192\.0\.2\.1\r\n/g)).toHaveLength(2);
});

test("whoever does not speak it is cut off without an answer, and counted by what was wrong", async () => {
  const { world: at, behind } = door();
  const refused = (why: string): number =>
    at.tally.of("gateway.refusals", { reason: `gateway.proxy-protocol.${why}` });
  expect(await at.ask(last)).toBe("");
  expect(await at.ask("PROXY TCP4 1.1.1.256 1.1.1.1 1 1\r\n")).toBe("");
  const left = await dial(at.port);
  left.send("PROXY TCP4").finish();
  await left.over();
  await until(() => refused("signature") + refused("address") + refused("cut-short") === 3);
  expect(behind.requestCount).toBe(0);
});

test("an address that is not a balancer's is refused, whatever it says", async () => {
  const { world: at, behind } = door({ from: ["192.0.2.0/24"] });
  expect(await at.ask(said + last)).toBe("");
  expect(at.tally.of("gateway.refusals", { reason: "gateway.proxy-protocol.stranger" })).toBe(1);
  expect(behind.requestCount).toBe(0);
});

test("a balancer that says nothing is let go at the deadline of a head", async () => {
  const { world: at } = door({ snapshot: { limits: { requestHeadMs: 50 } } });
  await (await dial(at.port)).over();
  expect(at.tally.of("gateway.refusals", { reason: "gateway.proxy-protocol.late" })).toBe(1);
});

test("over TLS the header comes before the handshake, and large bodies pass whole both ways", async () => {
  const body = Buffer.alloc(4_000_000, "0123456789abcdef");
  const { world: at, behind } = door({
    tls: true,
    answers: (wire) => {
      if (wire.receivedBytes < body.length || !wire.text.endsWith("abcdef")) return;
      wire.send(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`).send(body);
    },
  });
  const wire = await secureThrough(at.port);
  expect(wire.shown.names).toBe("one.example");
  const length = `Connection: close\r\nContent-Length: ${body.length}\r\n`;
  const answered = await wire.send(`POST / HTTP/1.1\r\nHost: a\r\n${length}\r\n`).send(body).over();
  expect(answered.endsWith(body.toString("latin1"))).toBeTrue();
  expect(behind.text.endsWith(body.toString("latin1"))).toBeTrue();
  expect(behind.text.slice(0, 1_000)).toContain("X-Forwarded-For: 192.0.2.9\r\n");
});

test("who comes to the inner door without having come to the outer one is cut off", async () => {
  const { world: at, files } = door({ tls: true });
  const certificates = new Certificates(() => {});
  const one = files.filesOf("one");
  certificates.use([one]);
  const [cert, key] = [await Bun.file(one.cert).text(), await Bun.file(one.key).text()];
  const inner = new InnerDoor(at.plane, certificates, { cert, key });
  cleanUps.push(() => inner.listener.stop(true));
  const { port } = inner.listener;
  const wire = new SecureWire(port, {});
  wire.socket.on("secureConnect", () => wire.send(last));
  expect(await wire.over()).toBe("");
  expect(at.plane.stats().connections).toBe(0);
});

/** A visitor over TLS behind a balancer that has said its word. */
async function secureThrough(port: number): Promise<SecureWire> {
  const socket = await new Promise<Socket>((isOpen) => {
    const made = connect(port, "127.0.0.1", () => isOpen(made));
  });
  socket.write(line("TCP4 192.0.2.9 10.0.0.1 1 443"));
  const wire = new SecureWire(port, { socket, servername: "one.example" });
  cleanUps.push(() => wire.socket.destroy());
  return wire.open();
}

const haproxy = process.env.CASTOR_HAPROXY ?? Bun.which("haproxy");
for (const how of ["send-proxy", "send-proxy-v2", "send-proxy-v2-ssl-cn"])
  for (const tls of [false, true])
    test.skipIf(haproxy === null)(
      `HAProxy in front with ${how}${tls ? ", over TLS" : ""}: the visitor's address arrives`,
      async () => {
        const { world: at, behind, files } = door({ tls });
        const front = await haproxyBefore(at.port, { how, tls, ca: files.authority.cert });
        const visitor = connect({ port: front, host: "127.0.0.1", localAddress: "127.0.0.77" });
        cleanUps.push(() => visitor.destroy());
        let heard = "";
        visitor.on("data", (chunk) => (heard += chunk.toString("latin1"))).write(last);
        await until(() => heard.endsWith("here"), "the answer");
        expect(behind.text).toContain("X-Forwarded-For: 127.0.0.77\r\n");
      },
    );

const curl = Bun.which("curl");
for (const how of ["--http1.1", "--http2"])
  test.skipIf(curl === null)(
    `curl ${how} --haproxy-protocol over TLS: the address arrives, and the access log has it`,
    async () => {
      const { world: at, behind } = door({
        tls: true,
        snapshot: { accessLog: { addresses: "whole" } },
      });
      const url = `https://one.example:${at.port}/`;
      const to = ["--resolve", `one.example:${at.port}:127.0.0.1`, "--interface", "127.0.0.78"];
      const asked = ["curl", "-sk", how, "--haproxy-protocol", ...to, url];
      const child = Bun.spawn(asked, { stderr: "inherit" });
      expect(await new Response(child.stdout).text()).toBe("here");
      expect(behind.text).toContain("X-Forwarded-For: 127.0.0.78\r\nX-Forwarded-Proto: https\r\n");
      const [last] = at.plane.accessLog?.after(0, 1) ?? [];
      expect(JSON.parse(last?.line ?? "{}")).toMatchObject({
        ...{ address: "127.0.0.78", isSecure: true, status: 200, isWhole: true },
        protocol: how === "--http2" ? "HTTP/2" : "HTTP/1.1",
      });
    },
  );

async function haproxyBefore(
  port: number,
  { how, tls, ca }: { how: string; tls: boolean; ca: string },
): Promise<number> {
  const front = freePort();
  const path = join(tmpdir(), `castor-haproxy-${front}`);
  await Bun.write(`${path}.crt`, ca);
  await Bun.write(
    `${path}.cfg`,
    `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen front
  bind 127.0.0.1:${front}
  server castor 127.0.0.1:${port} ${how}${tls ? ` ssl verify required ca-file ${path}.crt sni str(one.example) verifyhost one.example` : ""}
`,
  );
  const child = Bun.spawn([haproxy ?? "haproxy", "-db", "-f", `${path}.cfg`], { stderr: "ignore" });
  cleanUps.push(() => child.kill());
  await until(() => child.exitCode !== null || isOpen(front), "HAProxy");
  return front;
}

const open = new Set<number>();
function isOpen(port: number): boolean {
  void Bun.connect({
    ...{ hostname: "127.0.0.1", port },
    socket: {
      open: (socket) => {
        open.add(port);
        socket.end();
      },
      data() {},
    },
  }).catch(() => {});
  return open.has(port);
}
