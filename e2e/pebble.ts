import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPrivateKey } from "node:crypto";
import { issue, newAuthority } from "../src/absorb/gateway/data-plane/tls/issue.ts";
import { freePort, later, until } from "./running.ts";

/** Let's Encrypt's own test server, which rejects one good nonce in five so that clients show that they can try again. */
export type Pebble = {
  directory: string;
  /** The file of the certificate that it is trusted by. */
  authority: string;
  /** The root of what it issues (PEM). */
  root(): Promise<string>;
  /** Where this name is; every other is on this machine. */
  point(host: string, address: string): Promise<void>;
};

/** Starts it, with a name server for the test; it asks for proofs at this port. */
export async function startPebble(httpPort: number): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), "castor-pebble-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  const own = newAuthority({ name: "pebble", now: Date.now(), days: 2 });
  const files = { cert: join(folder, "pebble.crt"), key: join(folder, "pebble.key") };
  const authorityKey = createPrivateKey(own.key);
  const of = { hosts: ["127.0.0.1"], now: Date.now(), days: 1, authorityKey };
  const { cert, key } = issue(own, of);
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  const authority = join(folder, "authority.crt");
  writeFileSync(authority, own.cert);
  const [port, management, dns, names] = [freePort(), freePort(), freePort(), freePort()];
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      ...{ certificate: files.cert, privateKey: files.key },
      ...{ httpPort, tlsPort: freePort(), ocspResponderURL: "" },
    },
  };
  writeFileSync(join(folder, "pebble.json"), JSON.stringify(config));
  const pebble = process.env["CASTOR_PEBBLE"] ?? "pebble";
  run([
    `${pebble}-challtestsrv`,
    ...["-dns01", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${names}`],
    ...["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", ""],
  ]);
  run([pebble, "-config", join(folder, "pebble.json"), "-dnsserver", `127.0.0.1:${dns}`], {
    PEBBLE_VA_NOSLEEP: "1",
    PEBBLE_WFE_NONCEREJECT: "20",
  });
  const ask = (at: number, path: string): Promise<Response> =>
    fetch(`https://127.0.0.1:${at}${path}`, { tls: { ca: own.cert } });
  await until("Pebble answers", async () => (await ask(port, "/dir")).ok);
  return {
    directory: `https://127.0.0.1:${port}/dir`,
    authority,
    root: async () => await (await ask(management, "/roots/0")).text(),
    point: async (host, address) => {
      const body = JSON.stringify({ host: `${host}.`, addresses: [address] });
      await fetch(`http://127.0.0.1:${names}/add-a`, { method: "POST", body });
    },
  };
}

function run(command: string[], env: Record<string, string> = {}): void {
  const child = Bun.spawn(command, {
    env: { ...process.env, ...env },
    stdout: "ignore",
    stderr: "ignore",
  });
  later(async () => {
    child.kill();
    await child.exited;
  });
}
