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

async function shelves() {
  const ports = testPorts();
  const pages: Record<string, () => Response> = {
    "https://lists.example/README.md": () => new Response(list),
    "https://clock.example/2012": () => new Response("ok"),
    "https://calendar.example/gone": () => new Response("", { status: 404 }),
    "https://shop.example/sale": () => new Response("", { status: 403 }),
  };
  ports.net.fetch = async (url) => pages[url]?.() ?? new Response("", { status: 500 });
  const castor = await testCastor([library], { ports, config: {} });
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
