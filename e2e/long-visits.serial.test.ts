import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { connect } from "node:tls";
import { CertificateFolder } from "../src/absorb/gateway/data-plane/tls/tls.testing.ts";
import { type Door, type LongVisit, openEvents, openSocket } from "./long-visits.ts";
import { allServe, type Config, endAll, freePort, later, startCastor, until } from "./running.ts";
import { siteService } from "./services.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

/** Of each kind at each door: 200 WebSockets and 200 streams in all. */
const visitsOfAKind = 100;
const openedAtOnce = 10;

test(
  "WebSockets and streams live through a change of configuration, of routes and of certificates, over TLS and without",
  async () => {
    const files = new CertificateFolder();
    later(() => files[Symbol.dispose]());
    const one = files.put("one", "site.example");
    const httpsPort = freePort();
    const config = (gateway: Config): Config => ({
      catalog: {
        services: {
          live: siteService({
            run: [process.execPath, join(import.meta.dir, "lively-site.ts")],
            health: { path: "/health", every: "1s" },
          }),
          site: siteService(),
        },
      },
      gateway: {
        workers: 2,
        tls: {
          listen: `127.0.0.1:${httpsPort}`,
          certificates: [{ cert: one.cert, key: one.key }],
          redirect: false,
        },
        ...gateway,
      },
    });
    const routes = [{ path: "/live", service: "live" }, { service: "site" }];
    const castor = await startCastor({ config: config({ routes }) });
    await allServe(castor, 2);
    const shown = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port: httpsPort, rejectUnauthorized: false });
        socket.once("error", reject);
        socket.once("secureConnect", () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
      });
    const before = await until("the certificate is shown", shown);

    const doors: Door[] = [
      { port: Number(new URL(castor.gateway).port), isSecure: false },
      { port: httpsPort, isSecure: true },
    ];
    // A few at a time, as visitors come: all at once would be an overload, and some would be turned away.
    const visits: LongVisit[] = [];
    for (const door of doors)
      for (let opened = 0; opened < visitsOfAKind; opened += openedAtOnce) {
        const some = Array.from({ length: openedAtOnce }, () => [
          openSocket(door, "/live/socket"),
          openEvents(door, "/live/events"),
        ]);
        visits.push(...(await Promise.all(some.flat())));
      }
    expect(visits).toHaveLength(4 * visitsOfAKind);

    files.put("one", "site.example", "renewed.example");
    await until("the renewed certificate is shown", async () => (await shown()) !== before);
    const answerer = async (): Promise<string | null> => {
      const headers = { connection: "close" };
      return (await fetch(`${castor.gateway}/live/`, { headers })).headers.get("x-instance");
    };
    expect(await answerer()).toBeNull();
    const changed = { service: "site", bodyMax: "1MB", timeouts: { idle: "5m" } };
    castor.writeConfig(config({ routes: [changed] }));
    await until("the route is gone at every worker", async () =>
      (await Promise.all(Array.from({ length: 12 }, answerer))).every((each) => each === "site-1"),
    );
    expect(await castor.log("settings.config-applied")).toHaveLength(2);

    await Promise.all(visits.map((each) => each.proves()));
    expect(visits.flatMap((each) => each.broken() ?? [])).toEqual([]);
  },
  timeoutMs,
);
