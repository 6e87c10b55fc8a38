import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  type Config,
  endAll,
  freePort,
  later,
  type Running,
  startCastor,
  until,
} from "./running.ts";
import { siteService } from "./services.ts";
import { startLoad } from "./visitors.ts";

const timeoutMs = 60_000;

afterEach(endAll, timeoutMs);

const config = (of: { instances: number; more?: Config; routes?: Config[] }): Config => ({
  catalog: { services: { site: siteService({ instances: of.instances }), ...of.more } },
  gateway: { workers: 2, routes: [...(of.routes ?? []), { service: "site" }] },
});
const withOther = {
  more: { other: siteService() },
  routes: [{ path: "/other", service: "other" }],
};

type Known = {
  refused: { mistakes: { line: number; column: number; path: string; fix: string }[] } | null;
  values: { path: string; value: unknown }[];
};
const settings = async ({ api }: Running): Promise<Known> =>
  (await api.ask("settings.config")) as Known;

const healthy = async (castor: Running, ids: string[]): Promise<void> => {
  await until(`${ids.join(", ")} are healthy, and only they are there`, async () => {
    const found = await castor.instances();
    return (
      JSON.stringify(found.map(({ id }) => id).toSorted()) === JSON.stringify(ids.toSorted()) &&
      found.every((each) => each.health === "healthy")
    );
  });
};

/** Which instance answers there. */
const answerer = async ({ gateway }: Running, path: string): Promise<string | null> => {
  const answer = await fetch(gateway + path, { headers: { connection: "close" } });
  return answer.headers.get("x-instance");
};

test(
  "editing the file changes instances and routes without a failed request; a mistake changes nothing until it is fixed",
  async () => {
    const castor = await startCastor({ config: config({ instances: 1 }) });
    await healthy(castor, ["site-1"]);
    await until("the gateway listens", () => answerer(castor, "/"));
    const load = startLoad({ gateway: castor.gateway, visitors: 8, pauseMs: 2 });

    castor.writeConfig(config({ instances: 3, ...withOther }));
    await healthy(castor, ["site-1", "site-2", "site-3", "other-1"]);
    await until(
      "the route leads to it",
      async () => (await answerer(castor, "/other/x")) === "other-1",
    );
    await until("each instance has its share", async () => {
      const seen = await Promise.all(Array.from({ length: 12 }, () => answerer(castor, "/")));
      return new Set(seen).size === 3;
    });

    const { values } = await settings(castor);
    const typo = JSON.stringify(config({ instances: 1 }), null, 2).replace("instances", "instancs");
    castor.writeConfig(typo);
    const refused = await until(
      "the mistake is shown",
      async () => (await settings(castor)).refused ?? undefined,
    );
    const line = typo.split("\n").findIndex((each) => each.includes("instancs")) + 1;
    const column = (typo.split("\n")[line - 1] ?? "").indexOf('"instancs') + 1;
    expect(refused.mistakes).toMatchObject([
      {
        line,
        column,
        path: "catalog.services.site.instancs",
        fix: expect.stringContaining("instances"),
      },
    ]);
    const [fact] = await castor.log("settings.config-refused");
    expect(fact?.says).toContain(`nothing changed: 1 mistake (line ${line}`);
    expect((await settings(castor)).values).toEqual(values);
    await healthy(castor, ["site-1", "site-2", "site-3", "other-1"]);
    expect(await answerer(castor, "/other/x")).toBe("other-1");

    castor.writeConfig(typo.replace("instancs", "instances"));
    await until("the fix is applied", async () => (await settings(castor)).refused === null);
    await healthy(castor, ["site-1"]);
    await until("the route is gone", async () => (await answerer(castor, "/other/x")) === "site-1");
    const applied = await castor.log("settings.config-applied");
    expect(applied).toHaveLength(3);

    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.good).toBeGreaterThan(500);
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);

test(
  "what is written while Castor starts is taken over, though it had read the file before",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "castor-reload-"));
    later(() => rmSync(folder, { recursive: true, force: true }));
    const [gateway, console] = [`http://127.0.0.1:${freePort()}`, `http://127.0.0.1:${freePort()}`];
    const starts = startCastor({
      after: { folder, gateway, console },
      config: config({ instances: 1 }),
    });
    // It keeps what it read first, long before anything runs.
    const isRead = () => existsSync(join(folder, ".castor/castor.last-good.yaml"));
    await until("the file was read", isRead);
    writeFileSync(join(folder, "castor.yaml"), stringify(config({ instances: 2 })));
    const castor = await starts;
    await healthy(castor, ["site-1", "site-2"]);
    expect(await castor.log("settings.config-applied")).toHaveLength(2);
  },
  timeoutMs,
);
