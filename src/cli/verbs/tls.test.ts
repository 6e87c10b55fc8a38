import { afterEach, expect, test } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { readArguments } from "../arguments.ts";
import { everywhere } from "../command.ts";
import { paperTerminal } from "../testing.ts";
import { tlsLocalCa } from "./tls.ts";

const folder = mkdtempSync(join(tmpdir(), "castor-ca-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (name: string): string => readFileSync(join(folder, "tls", name), "utf8");

async function run(...words: string[]): Promise<string> {
  const terminal = paperTerminal({ folder });
  const given = await readArguments(words, { ...tlsLocalCa.options, ...everywhere }, tlsLocalCa);
  expect(await tlsLocalCa.run(given, terminal)).toBe(0);
  return terminal.printed;
}

test("a certificate for the hosts asked for and this machine, signed by an authority that stays the same", async () => {
  expect(await run("shop.localhost", "*.shop.localhost")).toContain("cert: tls/shop.localhost.crt");
  const authority = read("local-ca.crt");
  await run("other.localhost");
  expect(read("local-ca.crt")).toBe(authority);
  const leaf = new X509Certificate(read("shop.localhost.crt"));
  for (const host of ["shop.localhost", "a.shop.localhost", "localhost"])
    expect(leaf.checkHost(host)).toBeTruthy();
  for (const address of ["127.0.0.1", "::1"]) expect(leaf.checkIP(address)).toBeTruthy();
  expect(leaf.checkHost("other.localhost")).toBeUndefined();
  expect(leaf.checkIssued(new X509Certificate(authority))).toBeTrue();
  expect(leaf.checkPrivateKey(createPrivateKey(read("shop.localhost.key")))).toBeTrue();
  for (const key of ["local-ca.key", "shop.localhost.key"])
    expect(statSync(join(folder, "tls", key)).mode & 0o777).toBe(0o600);
});

test("who trusts the authority trusts the certificate", async () => {
  await run("shop.localhost");
  const server = createServer({
    cert: read("shop.localhost.crt"),
    key: read("shop.localhost.key"),
  });
  await new Promise<void>((isUp) => server.listen(0, "127.0.0.1", isUp));
  const { port } = server.address() as AddressInfo;
  const trusted = await new Promise<boolean>((decide) => {
    const ca = read("local-ca.crt");
    const socket = connect({ host: "127.0.0.1", port, servername: "shop.localhost", ca }, () => {
      decide(socket.authorized);
      socket.destroy();
    });
    socket.on("error", () => decide(false));
  });
  server.close();
  expect(trusted).toBeTrue();
});

test("what is no host is refused before anything is written", async () => {
  await expect(run("https://shop.example")).rejects.toThrow("not a host");
  await expect(run("../up")).rejects.toThrow("not a host");
  await expect(run("local-ca")).rejects.toThrow("not a host");
});
