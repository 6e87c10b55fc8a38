import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { startPebble } from "./pebble.ts";
import { endAll, freePort, later, type Running, startCastor, until } from "./running.ts";
import { siteService } from "./services.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

type Listed = {
  certificates: { name: string; state: string; failures: number; why: string; retryAt: number }[];
};
const listed = async ({ api }: Running) =>
  ((await api.ask("certificates.list")) as Listed).certificates;

/** A visitor over TLS who trusts the test's authority and nobody else. */
async function visit(port: number, servername: string, ca: string): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, servername, ca });
  later(() => socket.destroy());
  await new Promise<void>((resolve, reject) =>
    socket.once("secureConnect", resolve).once("error", reject),
  );
  return socket;
}
const ask = (socket: TLSSocket, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("seen /")) resolve(text);
    });
    socket.once("close", () => reject(new Error(`closed after: ${text}`)));
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });

test(
  "certificates come from an ACME server by themselves, are renewed without a dropped connection, and outlive a restart",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "castor-e2e-"));
    later(() => rmSync(folder, { recursive: true, force: true }));
    const [httpPort, tlsPort] = [freePort(), freePort()];
    const addresses = {
      folder,
      gateway: `http://127.0.0.1:${httpPort}`,
      console: `http://127.0.0.1:${freePort()}`,
    };
    const pebble = await startPebble(httpPort);
    const config = (...more: string[]) => ({
      catalog: { services: { site: siteService() } },
      gateway: {
        workers: 2,
        routes: [{ service: "site" }],
        tls: { listen: `127.0.0.1:${tlsPort}` },
      },
      certificates: {
        acme: {
          names: [["one.castor.test", "two.castor.test"], "three.castor.test", ...more],
          directory: pebble.directory,
          authority: pebble.authority,
          terms: true,
        },
      },
    });
    const castor = await startCastor({ after: addresses, config: config() });
    await until("both certificates are held", async () =>
      (await listed(castor)).every(({ state }) => state === "held"),
    );
    const ca = await pebble.root();
    const first = await until("a visitor is served over TLS", () =>
      visit(tlsPort, "two.castor.test", ca),
    );
    expect(first.authorized).toBeTrue();
    expect(await ask(first, "two.castor.test")).toContain("200 OK");
    const serial = first.getPeerCertificate().serialNumber;
    await until("every worker has the third name's", async () => {
      const visits = Array.from({ length: 4 }, () => visit(tlsPort, "three.castor.test", ca));
      return (await Promise.all(visits)).every(({ authorized }) => authorized);
    });

    await castor.api.act("certificates.renew", { name: "one.castor.test" });
    const [renewed] = await until("it is renewed", async () => {
      const found = await castor.log("certificates.renewed");
      return found.length > 0 && found;
    });
    expect(renewed?.says).toContain("one.castor.test, two.castor.test");
    await until("new visitors see the new certificate", async () => {
      const socket = await visit(tlsPort, "one.castor.test", ca);
      return socket.authorized && socket.getPeerCertificate().serialNumber !== serial;
    });
    expect(await ask(first, "two.castor.test")).toContain("200 OK");

    const kept = join(castor.data, "certificates");
    for (const file of readdirSync(kept)) expect(statSync(join(kept, file)).mode & 0o077).toBe(0);
    const written = ["certificates.json", "gateway.json"].map((file) =>
      readFileSync(join(castor.data, "snapshot", file), "utf8"),
    );
    expect(written.join("") + JSON.stringify(await castor.log())).not.toContain("PRIVATE KEY");

    await pebble.point("lost.castor.test", "127.0.0.9");
    castor.writeConfig(config("lost.castor.test"));
    const lost = await until("the name that is elsewhere fails", async () =>
      (await listed(castor)).find(({ state }) => state === "failing"),
    );
    expect(lost).toMatchObject({ name: "lost.castor.test", failures: 1 });
    expect(lost.retryAt).toBeGreaterThan(Date.now());
    expect((await visit(tlsPort, "one.castor.test", ca)).authorized).toBeTrue();

    expect(await castor.stop()).toBe(0);
    const again = await startCastor({ after: addresses, config: config() });
    await until("it serves again", () => visit(tlsPort, "one.castor.test", ca));
    expect((await listed(again)).map(({ state }) => state)).toEqual(["held", "held"]);
    expect(await again.log("certificates.issued")).toHaveLength(2);
    expect(await again.log("certificates.renewed")).toHaveLength(1);
  },
  timeoutMs,
);
