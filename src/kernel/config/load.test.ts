import { describe, expect, test } from "bun:test";
import { checks, sections } from "./example-sections.testing.ts";
import { loadConfig } from "./load.ts";
import { printMistakes } from "./mistake.ts";
import { wrongFiles } from "./wrong-files.testing.ts";

const load = (text: string, env: Record<string, string> = {}) =>
  loadConfig({ text, file: "castor.yaml", sections, checks, env });
const mistakesOf = (text: string, env: Record<string, string> = {}) => {
  const loaded = load(text, env);
  return loaded.ok ? [] : loaded.mistakes;
};
const good = (text: string, env: Record<string, string> = {}) => {
  const loaded = load(text, env);
  if (!loaded.ok) throw new Error(printMistakes(loaded.mistakes, { colour: false }));
  return loaded;
};

describe("a wrong file is told with file, line, field and fix", () => {
  test("there are at least 25 of them", () => expect(wrongFiles.length).toBeGreaterThanOrEqual(25));
  test.each(wrongFiles.map((each) => [each.name, each] as const))("%s", (_name, wrong) => {
    const [first, ...others] = mistakesOf(wrong.text);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ file: "castor.yaml", line: wrong.line, path: wrong.path });
    expect(first?.fix).toContain(wrong.fix);
    expect(first?.what.length).toBeGreaterThan(10);
    expect(first?.excerpt).toContain(`${wrong.line} │`);
    expect(first?.excerpt).toContain("^");
  });
});

test("all mistakes are told at once, in the order of the file", () => {
  const text = `catalog:
  services:
    shop: { run: node shop.js, instnces: 3 }
gateway:
  timeout: 30
  colour: red
  adminToken: \${NOT_SET}
  routes: [{ service: nowhere }]
`;
  expect(mistakesOf(text).map(({ line, path }) => [line, path])).toEqual([
    [3, "catalog.services.shop.instnces"],
    [5, "gateway.timeout"],
    [6, "gateway.colour"],
    [7, "gateway.adminToken"],
    [8, "gateway.routes[0].service"],
  ]);
});

test("a section beyond repair makes no reference to it wrong", () => {
  const text = `catalog:
  services:
    Shop: { run: node shop.js }
gateway:
  routes: [{ service: shop }]
`;
  const blind = {
    gateway: (all: Readonly<Record<string, unknown>>) =>
      checks.gateway({ ...all, catalog: all["catalog"] ?? { services: {} } }),
  };
  const loaded = loadConfig({ text, file: "castor.yaml", sections, checks: blind, env: {} });
  expect(loaded.ok ? [] : loaded.mistakes.map((each) => each.path)).toEqual([
    "catalog.services.Shop",
  ]);
});

test("an excerpt shows the place with a caret under exactly what is wrong", () => {
  const [mistake] = mistakesOf("gateway:\n  listen: 127.0.0.1:80\n  port: eighty # why not\n");
  expect(mistake?.excerpt).toBe(
    [
      "1 │ gateway:",
      "2 │   listen: 127.0.0.1:80",
      "3 │   port: eighty # why not",
      "  │         ^^^^^^",
    ].join("\n"),
  );
});

test("colours are used only when asked for", () => {
  const mistakes = mistakesOf("gateway: { port: x }");
  expect(printMistakes(mistakes, { colour: false })).not.toContain("\x1b");
  expect(printMistakes(mistakes, { colour: true })).toContain("\x1b[31m");
});

test("an empty file, and an empty section, mean the defaults", () => {
  for (const text of ["", "# nothing\n", "gateway:\n", "\uFEFFgateway:\r\n"]) {
    const { values, origins } = good(text);
    expect(values["gateway"]).toMatchObject({ listen: "127.0.0.1:8080", timeout: 30_000 });
    expect(origins["gateway.listen"]).toBe("default");
  }
});

test("each value tells where it comes from", () => {
  const { values, origins } = good(
    "catalog:\n  services:\n    shop:\n      run: ${RUN}\ngateway:\n  timeout: 5s\n",
    { RUN: "node shop.js", CASTOR_GATEWAY__LISTEN: "0.0.0.0:80" },
  );
  expect(values).toMatchObject({ gateway: { listen: "0.0.0.0:80", timeout: 5000 } });
  expect(origins).toMatchObject({
    "catalog.services.shop.run": "castor.yaml:4:12 ($RUN)",
    "catalog.services.shop.instances": "default",
    "gateway.timeout": "castor.yaml:6:12",
    "gateway.listen": "environment CASTOR_GATEWAY__LISTEN",
  });
});

test("the command line wins over the environment, and that over the file", () => {
  const loaded = loadConfig({
    text: "gateway:\n  listen: 1.1.1.1:1\n",
    file: "castor.yaml",
    sections,
    env: { CASTOR_GATEWAY__LISTEN: "2.2.2.2:2" },
    given: [{ path: ["gateway", "listen"], value: "3.3.3.3:3" }],
  });
  expect(loaded).toMatchObject({
    ok: true,
    values: { gateway: { listen: "3.3.3.3:3" } },
    origins: { "gateway.listen": "command line" },
  });
});

test("what a command line said through the environment is told as the command line's", () => {
  const env = { CASTOR_GATEWAY__LISTEN: "1.1.1.1:1", CASTOR_GIVEN: "CASTOR_GATEWAY__LISTEN" };
  expect(good("", env).origins["gateway.listen"]).toBe("command line");
  const [mistake] = mistakesOf("", { ...env, CASTOR_GATEWAY__LISTEN: "nowhere" });
  expect(mistake).toMatchObject({ file: "command line", path: "gateway.listen" });
});

test("text from the environment becomes the kind of value the field wants", () => {
  const { values } = good("catalog:\n  services:\n    my-shop: { instances: '${COUNT}' }\n", {
    COUNT: "4",
    CASTOR_GATEWAY__COMPRESS: "false",
    CASTOR_GATEWAY__ADMIN_TOKEN: "12345678",
    CASTOR_CATALOG__SERVICES__MY_SHOP__HEALTH__FAILURES_MAX: "7",
  });
  expect(values).toMatchObject({
    gateway: { compress: false, adminToken: "12345678" },
    catalog: { services: { "my-shop": { instances: 4, health: { failuresMax: 7 } } } },
  });
});

test("a mistake in a variable names the variable", () => {
  expect(mistakesOf("", { CASTOR_GATEWAY__PORT: "many" })).toMatchObject([
    { file: "environment CASTOR_GATEWAY__PORT", line: 0, path: "gateway.port" },
  ]);
  expect(mistakesOf("", { CASTOR_GATEWAY__LISTN: "x" })).toMatchObject([
    { file: "environment CASTOR_GATEWAY__LISTN", fix: expect.stringContaining("LISTEN") },
  ]);
});

test("variables of Castor that are not configuration are left alone", () =>
  expect(mistakesOf("", { CASTOR_URL: "http://x", CASTOR_TOKEN: "x", HOME: "/" })).toEqual([]));

test("a reference may have a default, and may be escaped", () => {
  const { values } = good(
    'catalog:\n  services:\n    a:\n      env: { X: "${NOPE:-calm}", Y: "$${NOPE}", Z: "a ${B} c" }\n',
    { B: "b" },
  );
  expect(values).toMatchObject({
    catalog: { services: { a: { env: { X: "calm", Y: "${NOPE}", Z: "a b c" } } } },
  });
});

test("anchors and merge keys work, and a mistake below one points at its anchor", () => {
  const text = `catalog:
  services:
    a: &base
      run: node a.js
      instances: 2
    b:
      <<: *base
      run: node b.js
`;
  expect(good(text).values).toMatchObject({
    catalog: { services: { b: { run: "node b.js", instances: 2 } } },
  });
  const wrong = mistakesOf(text.replace("instances: 2", "instances: many"));
  expect(wrong.map(({ line, path }) => [line, path])).toEqual([
    [5, "catalog.services.a.instances"],
    [5, "catalog.services.b.instances"],
  ]);
});

test("a secret of the wrong form is not printed", () => {
  const [mistake] = mistakesOf("gateway:\n  adminToken: hunter2\n");
  expect(mistake?.what).not.toContain("hunter2");
});
