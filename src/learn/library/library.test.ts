import { isRefusal } from "#kernel";
import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { search, similar, sources } from "./contract.ts";
import { library } from "./index.ts";

const list = `# List
## Time
[Clockwork](https://clock.example/2012). A leap second made every kernel spin.

[Calendar](https://calendar.example/gone). A certificate expired on a leap day, so nobody could sign in.
## Traffic
[Shop](https://shop.example/sale). A campaign brought ten times the traffic and the database ran out of connections.
`;
const some = { limit: 10, offset: 0 };

async function shelves(config: Record<string, unknown> = {}) {
  const ports = testPorts();
  const pages: Record<string, () => Response> = {
    "https://lists.example/README.md": () => new Response(list),
    "https://clock.example/2012": () => new Response("ok"),
    "https://calendar.example/gone": () => new Response("", { status: 404 }),
    "https://shop.example/sale": () => new Response("", { status: 403 }),
  };
  // The public network of this test: every name has an address of its own, and answers by its name.
  ports.net.resolve = async (host) => [host === "inside.example" ? "10.0.0.7" : "93.184.216.34"];
  ports.net.fetch = async (url, init) => {
    const { protocol, pathname } = new URL(url);
    const host = new Headers(init?.headers).get("host");
    return pages[`${protocol}//${host}${pathname}`]?.() ?? new Response("", { status: 500 });
  };
  const castor = await testCastor([library], { ports, config });
  const act = async (verb: string, input: object) => {
    const done = await castor.act(`library.${verb}`, input);
    await castor.advance(100);
    return done;
  };
  const titles = async (of: object) =>
    (await castor.ask(search, { ...some, ...of })).stories.map(({ company }) => company);
  return { castor, act, titles };
}

test("a collection is fetched, found by words, and a newer edition replaces it", async () => {
  const { castor, act, titles } = await shelves();
  await using _ = castor;
  const taken = await act("import", { source: "list", url: "https://lists.example/README.md" });
  expect(taken).toMatchObject({ stories: 3, added: 3, dropped: 0 });
  expect(await titles({ text: "leap" })).toEqual(["Clockwork", "Calendar"]);
  expect(await titles({ text: "leap sec" })).toEqual(["Clockwork"]);
  expect(await titles({ tag: "certificate" })).toEqual(["Calendar"]);
  expect(await titles({ text: "'; -- \"" })).toEqual([]);
  const whole = await castor.ask(search, some);
  expect(whole.categories).toEqual([
    { name: "Time", count: 2 },
    { name: "Traffic", count: 1 },
  ]);
  const narrow = await castor.ask(search, {
    ...some,
    text: "leap",
    category: "Time",
    source: "list",
  });
  expect([narrow.total, narrow.categories]).toEqual([2, [{ name: "Time", count: 2 }]]);
  expect(narrow.tags).toContainEqual({ name: "certificate", count: 1 });
  const text = list.replace(/\n\[Shop\].*\n/, "\n").replace("spin", "spin for hours");
  expect(await act("import", { source: "list", text })).toMatchObject({ added: 1, dropped: 2 });
  expect(await titles({})).toEqual(["Calendar", "Clockwork"]);
  expect(await act("import", { source: "list", text })).toMatchObject({ added: 0, dropped: 0 });
});

test("what happened to others who had this is found by the rarest words", async () => {
  const { castor, act } = await shelves();
  await using _ = castor;
  await act("import", { source: "list", text: list });
  const text =
    "The shop is slow: after the newsletter campaign the database has no connections left";
  const { stories } = await castor.ask(similar, { text, limit: 2 });
  expect(stories[0]?.company).toBe("Shop");
  expect(stories[0]?.excerpt).toContain("**");
});

test("links that lead nowhere are told, closed doors are not", async () => {
  const { castor, act } = await shelves();
  await using _ = castor;
  await act("import", { source: "list", text: list });
  const found = await act("check-links", { source: "list" });
  expect(found).toEqual({
    checked: 3,
    broken: [{ url: "https://calendar.example/gone", why: "it answers 404" }],
  });
  expect((await castor.ask(sources, {})).sources[0]).toMatchObject({ stories: 3, brokenLinks: 1 });
});

test("what cannot be fetched or read is said, and a collection that is not there is not dropped", async () => {
  const { castor, act } = await shelves();
  await using _ = castor;
  const type = (answer: unknown) => (isRefusal(answer) ? answer.problem.type : answer);
  expect(type(await act("import", { source: "x", url: "https://nowhere.example/" }))).toBe(
    "library.not-fetched",
  );
  expect(type(await act("import", { source: "x", text: "\n" }))).toBe("library.not-readable");
  expect(type(await act("drop", { source: "x" }))).toBe("library.unknown-source");
  await act("import", { source: "list", text: list });
  expect(await act("drop", { source: "list" })).toEqual({ dropped: 3 });
  expect((await castor.ask(sources, {})).sources).toEqual([]);
});

test("nothing inside is asked for a stranger's list, unless that is configured", async () => {
  const inside = "http://inside.example/wiki.md";
  const refused = await shelves();
  await using _ = refused.castor;
  for (const url of [inside, "http://127.0.0.1:4600/", "http://[::1]/", "http://169.254.169.254/"])
    expect(await refused.act("import", { source: "wiki", url })).toMatchObject({
      problem: { type: "library.not-fetched" },
      detail: expect.stringContaining("is not an address of the public network"),
    });
  await refused.act("import", { source: "wiki", text: `## A\n[Us](${inside}). It broke.\n` });
  expect(await refused.act("check-links", { source: "wiki" })).toMatchObject({
    broken: [{ url: inside, why: "inside.example is not an address of the public network" }],
  });
  const allowed = await shelves({ library: { privateAddresses: true } });
  await using __ = allowed.castor;
  expect(await allowed.act("import", { source: "wiki", url: inside })).toMatchObject({
    detail: `${inside} answered 500.`,
  });
});
