import { expect, test } from "bun:test";
import * as z from "zod";
import { sections } from "./example-sections.testing.ts";
import { loadConfig } from "./load.ts";
import { configReference } from "./reference.ts";
import { HIDDEN } from "../contract.ts";
import { changedValues, configJsonSchema, durationText, effectiveValues } from "./show.ts";

const good = (text: string, KEY = "tell-nobody") => {
  const loaded = loadConfig({ text, file: "castor.yaml", sections, env: { KEY } });
  if (!loaded.ok) throw new Error("the file is good");
  return loaded;
};
const effective = (text: string) => {
  const { values, origins } = good(text);
  return effectiveValues(sections, values, origins);
};

test("every value is shown with its origin, and durations as people write them", () => {
  const rows = effective("gateway:\n  timeout: 90s\n");
  expect(rows).toContainEqual({
    path: "gateway.timeout",
    value: "90s",
    origin: "castor.yaml:2:12",
    secret: false,
  });
  expect(rows).toContainEqual({
    path: "gateway.listen",
    value: "127.0.0.1:8080",
    origin: "default",
    secret: false,
  });
});

test("a secret is masked, and where it comes from is still told", () => {
  const rows = effective("gateway:\n  adminToken: ${KEY}\n");
  expect(rows.find((each) => each.path === "gateway.adminToken")).toEqual({
    path: "gateway.adminToken",
    value: HIDDEN,
    origin: "castor.yaml:2:15 ($KEY)",
    secret: true,
  });
  expect(JSON.stringify(rows)).not.toContain("tell-nobody");
});

test("what a union or a transform says of itself as a whole is a secret too", () => {
  const env = z.record(
    z.string(),
    z.union([z.string(), z.number()]).transform(String).meta({ secret: true }),
  );
  const rows = effectiveValues({ apps: z.object({ env }) }, { apps: { env: { KEY: "hush" } } }, {});
  expect(rows).toEqual([{ path: "apps.env.KEY", value: HIDDEN, origin: "default", secret: true }]);
});

test("the JSON Schema says what may be written, not what it is read as", () => {
  const schema = configJsonSchema(sections) as {
    properties: { gateway: { properties: Record<string, object>; required?: string[] } };
    required?: string[];
  };
  expect(schema.properties.gateway.properties["timeout"]).toMatchObject({ type: "string" });
  expect(schema.properties.gateway.properties["balance"]).toMatchObject({
    enum: ["least-request", "round-robin", "random"],
  });
  expect(schema.required ?? []).toEqual([]);
});

test.each([
  [250, "250ms"],
  [90_000, "90s"],
  [3_600_000, "1h"],
  [86_400_000, "1d"],
  [0, "0ms"],
])("%d milliseconds read %s", (ms, text) => expect(durationText(ms)).toBe(text));

test("the reference lists every field with what it takes and its default", () => {
  const text = configReference(sections, { gateway: "The front door." });
  expect(text).toContain("## gateway\n\nThe front door.");
  for (const row of [
    "| `gateway.port` | integer 1–65535 |  |",
    '| `gateway.timeout` | duration | `"30s"` |',
    "| `gateway.routes[].service` | text |  | (required) |",
    '| `catalog.services.<name>.health.path` | text | `"/"` |',
  ])
    expect(text).toContain(row);
});

test("a change tells what was, what is, and what is gone", () => {
  const before = good("gateway:\n  timeout: 90s\n  port: 1\n").values;
  const now = good("gateway:\n  timeout: 2m\n  routes: [{ service: shop }]\n").values;
  expect(changedValues(sections, before, now)).toEqual([
    { path: "gateway.timeout", from: "90s", to: "2m" },
    { path: "gateway.routes[0].host", to: "*" },
    { path: "gateway.routes[0].service", to: "shop" },
    { path: "gateway.port", from: 1 },
    { path: "gateway.routes", from: [] },
  ]);
});

test("a secret that alone became another is a change, and neither of them is told", () => {
  const text = "gateway:\n  adminToken: ${KEY}\n";
  const changes = changedValues(sections, good(text).values, good(text, "or-anybody").values);
  expect(changes).toEqual([{ path: "gateway.adminToken", from: HIDDEN, to: HIDDEN }]);
});
