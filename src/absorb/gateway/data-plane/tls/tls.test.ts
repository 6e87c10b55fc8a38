import { afterEach, expect, spyOn, test } from "bun:test";
import { connect, type Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { answering, Backend, dial, get, ok, until, type World, world } from "../world.testing.ts";
import { CertificateFolder, SecureWire } from "./tls.testing.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

function folder(): CertificateFolder {
  const made = new CertificateFolder();
  cleanUps.push(() => made[Symbol.dispose]());
  return made;
}
function backend(onData: ConstructorParameters<typeof Backend>[0] = answering(ok("here"))) {
  const made = new Backend(onData);
  cleanUps.push(() => made.stop());
  return made;
}
function secureWorld(
  certificates: NonNullable<GatewaySnapshotInput["tls"]>["certificates"],
  behind: Backend = backend(),
  snapshot: Partial<GatewaySnapshotInput> = {},
): World {
  const made = world([behind], {
    snapshot: {
      listeners: [{ host: "127.0.0.1", port: 0, tls: true }],
      tls: { certificates },
      ...snapshot,
    },
  });
  cleanUps.push(() => made[Symbol.dispose]());
  return made;
}
function visit(port: number, of: ConnectionOptions = {}): Promise<SecureWire> {
  const wire = new SecureWire(port, of);
  cleanUps.push(() => wire.socket.destroy());
  return wire.open();
}
const last = "Connection: close\r\n";

test("the host that a visitor asks for chooses the certificate: its name, then a wildcard, then the first", async () => {
  const files = folder();
  const { port } = secureWorld([
    files.put("one", "one.example"),
    files.put("wild", "*.example"),
    files.put("exact", "exact.example"),
  ]);
  const shownTo = async (servername?: string) =>
    (await visit(port, servername === undefined ? {} : { servername })).shown.names;
  expect(await shownTo("exact.example")).toBe("exact.example");
  expect(await shownTo("other.example")).toBe("*.example");
  expect(await shownTo("deep.other.example")).toBe("one.example");
  expect(await shownTo("EXACT.example")).toBe("exact.example");
  expect(await shownTo("unknown.test")).toBe("one.example");
  expect(await shownTo()).toBe("one.example");
});

test("a certificate is trusted where its authority is", async () => {
  const files = folder();
  const { port } = secureWorld([files.put("one", "one.example")]);
  const trusting = { ca: files.authority.cert, rejectUnauthorized: true };
  const wire = await visit(port, { ...trusting, servername: "one.example" });
  expect(wire.socket.authorized).toBeTrue();
  await (await visit(port, { ...trusting, servername: "two.example" })).over();
});

test("below TLS 1.2 there is no handshake, and plain HTTP is not one either; both are counted", async () => {
  const files = folder();
  const { port, tally } = secureWorld([files.put("one", "one.example")]);
  const old = await visit(port, { minVersion: "TLSv1", maxVersion: "TLSv1.1" });
  expect(old.isSecure).toBeFalse();
  const plain = await dial(port);
  await plain.send(get()).over();
  expect(plain.text).not.toContain("HTTP/1.1 200");
  const failed = { reason: "gateway.tls-handshake-failed" };
  await until(() => tally.of("gateway.refusals", failed) === 2);
  expect((await visit(port, { maxVersion: "TLSv1.2" })).socket.getProtocol()).toBe("TLSv1.2");
});

test("the instance is told that the visitor came over HTTPS", async () => {
  const behind = backend();
  const files = folder();
  const { port } = secureWorld([files.put("one", "one.example")], behind, { addForwarded: true });
  const wire = await visit(port);
  expect(await wire.send(get("/", last)).over()).toEndWith("here");
  expect(behind.text).toContain("X-Forwarded-Proto: https\r\n");
  expect(behind.text).toContain("proto=https");
});

test("a renewed certificate counts for the next visitor, by name or not, and nobody is dropped", async () => {
  const files = folder();
  const behind = backend((wire) => wire.send("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"));
  const one = files.put("one", "one.example");
  const { plane, port } = secureWorld([one, files.put("two", "two.example")], behind);
  const upgrade = "Connection: upgrade\r\nUpgrade: x\r\n";
  const [tunnel, before] = [await visit(port), await visit(port, { servername: "two.example" })];
  await tunnel.send(get("/", upgrade)).says("101");
  files.put("one", "one.example", "renewed.example");
  files.put("two", "two.example", "renewed.example");
  plane.lookAtCertificates();
  expect((await visit(port)).shown.names).toBe("one.example, renewed.example");
  const after = await visit(port, { servername: "two.example" });
  expect(after.shown.names).toBe("two.example, renewed.example");
  behind.wires[0]?.send("still here");
  await tunnel.says("still here");
  await before.send(get("/", upgrade)).says("101");
});

test("a renewal is seen without being told", async () => {
  const files = folder();
  const { plane, port } = secureWorld([files.put("one", "one.example")]);
  let renewed = 0;
  plane.onCertificate = () => renewed++;
  files.put("one", "renewed.example");
  await until(() => renewed === 1, "the renewed certificate");
  expect((await visit(port)).shown.names).toBe("renewed.example");
});

test("files that do not fit together leave the certificate before them in use, and it is said why", async () => {
  const files = folder();
  const heard: string[] = [];
  const { plane, port } = secureWorld([files.put("one", "one.example")]);
  plane.onCertificate = (news) => heard.push("why" in news ? news.why : news.what);
  files.write("one.key", files.authority.key);
  plane.lookAtCertificates();
  files.write("one.crt", "not a certificate");
  plane.lookAtCertificates();
  plane.lookAtCertificates();
  expect(heard).toHaveLength(2);
  expect(heard[0]).toBe("the key does not belong to the certificate");
  expect((await visit(port)).shown.names).toBe("one.example");
  files.put("one", "two.example");
  plane.lookAtCertificates();
  expect(heard[2]).toBe("certificate-loaded");
  expect((await visit(port)).shown.names).toBe("two.example");
});

test("without any certificate the port stays shut and the rest serves; it opens once there is one", async () => {
  const files = folder();
  const { plane, port } = secureWorld([files.filesOf("late")], backend(), {
    listeners: [
      { host: "127.0.0.1", port: 0 },
      { host: "127.0.0.1", port: 0, tls: true },
    ],
  });
  expect(plane.ports()).toEqual([port]);
  const plain = await dial(port);
  expect(await plain.send(get("/", last)).over()).toEndWith("here");
  files.put("late", "late.example");
  plane.lookAtCertificates();
  expect((await visit(plane.ports()[1] ?? 0)).shown.names).toBe("late.example");
});

test("a large answer reaches a slow visitor whole, and a large body the instance", async () => {
  const files = folder();
  const body = Buffer.alloc(20_000_000, "0123456789abcde\n");
  const sizes: number[] = [];
  const behind = backend((wire) => {
    if (wire.receivedBytes < body.length) return;
    sizes.push(wire.received.indexOf("\r\n\r\n") + 4 + body.length - wire.receivedBytes);
    wire.send(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`).send(body);
  });
  const { port } = secureWorld([files.put("one", "one.example")], behind);
  const wire = await visit(port);
  wire.socket.pause();
  const head = `POST / HTTP/1.1\r\nHost: a\r\n${last}Content-Length: ${body.length}\r\n\r\n`;
  wire.send(head).send(body);
  await until(() => sizes.length === 1, "the whole body at the instance");
  expect(sizes).toEqual([0]);
  wire.socket.resume();
  const answered = await wire.over();
  expect(answered.slice(answered.indexOf("\r\n\r\n") + 4)).toBe(body.toString("latin1"));
});

test("a visitor who says that no more comes still gets the answer", async () => {
  const files = folder();
  const behind = backend((wire) => setTimeout(() => wire.send(ok("late")), 50));
  const { port } = secureWorld([files.put("one", "one.example")], behind);
  const wire = await visit(port);
  wire.send(get());
  wire.socket.end();
  expect(await wire.over()).toEndWith("late");
});

test("a visitor without a handshake is let go at the deadline of a head", async () => {
  const files = folder();
  const limits = { requestHeadMs: 50, lingerMs: 50 };
  const { port } = secureWorld([files.put("one", "one.example")], backend(), { limits });
  await (await dial(port)).over();
});

test("a visitor whose records break costs their own connection only, and is no fault to report", async () => {
  const files = folder();
  const { port } = secureWorld([files.put("one", "one.example")]);
  const raw = await new Promise<Socket>((isOpen) => {
    const socket = connect(port, "127.0.0.1", () => isOpen(socket));
  });
  const broken = await visit(port, { socket: raw });
  expect(broken.isSecure).toBeTrue();
  const written = spyOn(process.stderr, "write");
  raw.write(Buffer.from(`1703030020${"00".repeat(32)}`, "hex"));
  await broken.over();
  expect(written).not.toHaveBeenCalled();
  written.mockRestore();
  expect(await (await visit(port)).send(get("/", last)).over()).toEndWith("here");
});
