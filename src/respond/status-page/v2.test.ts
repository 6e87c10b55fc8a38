import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Statuspage } from "statuspage.io";
import { clientAsks, maintenances, summary, validate } from "./v2.testing.ts";
import { page, worlds } from "./world.testing.ts";

/** The client as it is, but for the name of the host: it only knows pages at Atlassian's. */
function clientOf(origin: string): Statuspage {
  const client = new Statuspage("example");
  Reflect.get(client, "apiClient").defaults.baseURL = origin;
  return client;
}

describe("Statuspage's API", () => {
  let served: Record<string, string> = {};
  let asked = new Set<string>();
  let server: Bun.Server<undefined>;
  beforeAll(() => {
    server = Bun.serve({
      ...{ hostname: "127.0.0.1", port: 0 },
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        asked.add(pathname.replace("/api/v2/", ""));
        return new Response(served[pathname] ?? "", {
          headers: { "content-type": "application/json" },
        });
      },
    });
  });
  afterAll(() => server.stop(true));
  const paths = [
    ...["status.json", "components.json", "incidents.json", "incidents/unresolved.json"],
    ...["scheduled-maintenances.json", "scheduled-maintenances/upcoming.json"],
    ...["scheduled-maintenances/active.json", "summary.json"],
  ];

  test.each(Object.keys(worlds))("is right when the world is: %s", async (name) => {
    const here = await page();
    await using _ = here.castor;
    await worlds[name]?.(here);
    served = {};
    asked = new Set();
    for (const path of paths) {
      const answer = await here.get(`/api/v2/${path}`);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      served[`/api/v2/${path}`] = await answer.text();
      expect(validate(path, JSON.parse(served[`/api/v2/${path}`] ?? ""))).toEqual([]);
    }
    await readsAll(clientOf(server.url.origin), name);
    expect([...asked].toSorted()).toEqual(clientAsks.toSorted());
  });
});

/** What each method of the client makes of the world. */
async function readsAll({ api }: Statuspage, world: string): Promise<void> {
  const { status } = await api.getStatus();
  expect(status.indicator).toBe(summary(world));
  expect((await api.getComponents()).components.map((each) => each.name)).toContain("Shop");
  const unresolved = (await api.incidents.getUnresolved()).incidents.map(({ id }) => id);
  const { incidents } = await api.incidents.getAll();
  const open = incidents.filter(({ resolved_at: end }) => end === null).map(({ id }) => id);
  expect(unresolved).toEqual(open);
  const all = await api.getSummary();
  expect(all.incidents.map(({ id }) => id)).toEqual(unresolved);
  const { scheduledMaintenances: planned } = api;
  for (const each of [planned.getUpcoming(), planned.getActive(), planned.getAll()])
    expect((await each).scheduled_maintenances).toHaveLength(maintenances(world));
}
