import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capabilities } from "../../castor.ts";
import { configurationOf, loadConfig, printMistakes } from "../../kernel/config/index.ts";
import { readArguments } from "../arguments.ts";
import { Failure } from "../command.ts";
import { paperTerminal } from "../testing.ts";
import { init, suggestion, withSource } from "../verbs/init.ts";
import { protectConfig, siteUrl } from "../verbs/protect.ts";
import { exposedPort, fromPackage, fromProcfile, listenersIn, serviceName } from "./look-around.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "castor-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const initHere = async (argv: string[], answers: string[] = []) => {
  const terminal = paperTerminal({ folder, ask: async () => answers.shift() });
  const code = await init.run(
    await readArguments(argv, { ...init.options, json: { type: "flag", about: "" } }),
    terminal,
  );
  return { code, text: readFileSync(join(folder, "castor.yaml"), "utf8") };
};
const mistakesIn = (text: string): string => {
  const loaded = loadConfig({
    text,
    file: "castor.yaml",
    env: {},
    ...configurationOf(capabilities),
  });
  return loaded.ok ? "" : printMistakes(loaded.mistakes, { colour: false });
};

test("a package.json tells how the service is started", async () => {
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({
      name: "@acme/My Shop",
      scripts: { start: "next start -p 3100", dev: "next" },
      dependencies: { next: "15" },
    }),
  );
  const { code, text } = await initHere(["--yes"]);
  expect(code).toBe(0);
  expect(text).toContain("run: npm start");
  expect(text).toContain('package.json has the script "start" (Next.js)');
  expect(mistakesIn(text)).toBe("");
});
test("a Procfile comes before package.json", async () => {
  writeFileSync(join(folder, "Procfile"), "web: node server.js --quiet\nworker: node jobs.js\n");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: { start: "x" } }));
  expect((await initHere(["--yes"])).text).toContain("run: node server.js --quiet");
});
test("three answers are enough", async () => {
  const { text } = await initHere([], ["http://localhost:2368", "blog.example.org", ":8080"]);
  expect(text).toContain('url: "http://localhost:2368"');
  expect(text).toContain("host: blog.example.org");
  expect(text).toContain('listen: ":8080"');
  expect(mistakesIn(text)).toBe("");
});
test("a file that is there is not written over", async () => {
  writeFileSync(join(folder, "castor.yaml"), "# mine\n");
  expect(initHere(["--yes"])).rejects.toBeInstanceOf(Failure);
  expect(readFileSync(join(folder, "castor.yaml"), "utf8")).toBe("# mine\n");
});
test("an editor finds the schema that the file names", async () => {
  const { text } = await initHere(["--yes"]);
  const named = /\$schema=(\S+)/.exec(text)?.[1] ?? "";
  expect(existsSync(join(folder, named))).toBe(true);
});

test("a command, an address or a port answers where the service is", () => {
  const suggested = suggestion({
    name: "blog",
    candidates: [],
    listening: [
      { port: 2024, local: true },
      { port: 4600, local: true },
      { port: 2368, local: true },
    ],
  });
  expect(suggested.url).toBe("http://127.0.0.1:2368");
  expect(withSource(suggested, "npm run serve")).toMatchObject({ run: "npm run serve" });
  expect(withSource(suggested, "npm run serve").url).toBeUndefined();
  expect(withSource(suggested, "3000").url).toBe("http://127.0.0.1:3000");
});
test("what is around is understood", () => {
  expect(fromProcfile("web: a b\n# no\nrelease: c\n").map((each) => each.run)).toEqual([
    "a b",
    "c",
  ]);
  expect(fromPackage("not json", "x", "npm")).toEqual([]);
  expect(
    fromPackage(JSON.stringify({ scripts: { dev: "vite --port 4000" } }), "x", "pnpm")[0],
  ).toMatchObject({
    run: "pnpm run dev",
    port: 4000,
  });
  expect(exposedPort("FROM node\nexpose 2368/tcp\n")).toBe(2368);
  expect(["@acme/My Shop", "---", "1password"].map(serviceName)).toEqual([
    "my-shop",
    "site",
    "password",
  ]);
});
test("listening ports are read from the kernel's table", () => {
  const v4 = `  sl  local_address rem_address   st
   0: 0100007F:0940 00000000:0000 0A 0
   1: 00000000:1F90 00000000:0000 0A 0
   2: 0100007F:0BB8 0100007F:9999 01 0
`;
  const v6 = `  sl
   0: 00000000000000000000000001000000:0BB9 0:0 0A 0
`;
  expect(listenersIn([v4, v6])).toEqual([
    { port: 2368, local: true },
    { port: 3001, local: true },
    { port: 8080, local: false },
  ]);
});

test("castor protect takes what people type as an address", () => {
  for (const text of ["http://localhost:2368", "localhost:2368", "http://localhost:2368/"])
    expect(siteUrl(text).origin).toBe("http://localhost:2368");
  expect(siteUrl("2368").origin).toBe("http://127.0.0.1:2368");
  for (const text of ["ftp://x", "https://x", "http://", "http://localhost/blog", ""])
    expect(() => siteUrl(text)).toThrow();
});
test.each([
  ["http://localhost:2368", undefined],
  ["http://blog.example.org", "blog.example.org"],
  ["http://127.0.0.1:3000", undefined],
])("castor protect %s runs on a right configuration", (url, host) => {
  expect(mistakesIn(protectConfig(siteUrl(url), { host }))).toBe("");
});
