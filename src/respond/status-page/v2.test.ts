import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Statuspage } from "statuspage.io";
import { summary, validate } from "./v2.testing.ts";
import { page, worlds } from "./world.testing.ts";

/** The client as it is, but for the name of the host: it only knows pages at Atlassian's. */
function clientOf(origin: string): Statuspage {
  const client = new Statuspage("example");
  Reflect.get(client, "apiClient").defaults.baseURL = origin;
  return client;
}

describe("Statuspage's API", () => {
  let served: Record<string, string> = {};
  let server: Bun.Server<undefined>;
  beforeAll(() => {
    server = Bun.serve({
      ...{ hostname: "127.0.0.1", port: 0 },
      fetch: (request) =>
        new Response(served[new URL(request.url).pathname] ?? "", {
          headers: { "content-type": "application/json" },
        }),
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
    for (const path of paths) {
      const answer = await here.get(`/api/v2/${path}`);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      served[`/api/v2/${path}`] = await answer.text();
      expect(validate(path, JSON.parse(served[`/api/v2/${path}`] ?? ""))).toEqual([]);
    }
    const client = clientOf(server.url.origin);
    const { status } = await client.api.getStatus();
    expect(status.indicator).toBe(summary(name));
    expect((await client.api.getComponents()).components.map((each) => each.name)).toContain(
      "Shop",
    );
    const unresolved = (await client.api.incidents.getUnresolved()).incidents.length;
    expect((await client.api.getSummary()).incidents).toHaveLength(unresolved);
  });
});
