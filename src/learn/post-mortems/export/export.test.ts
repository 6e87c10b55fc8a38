import { isRefusal } from "#kernel";
import { httpApi, testAuth } from "#kernel/testing";
import { expect, test } from "bun:test";
import { list, notGenuine, type PostMortem, show } from "../contract.ts";
import { night } from "../world.testing.ts";
import { type File, folderOf, verified } from "./folder.ts";
import { htmlOf } from "./html.ts";
import { markdownOf } from "./markdown.ts";
import { pdfOf } from "./pdf.ts";

const hostile = `<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b** | c

# Own heading

\`\`\`
# no heading <script>
\`\`\``;

/** A night with everything that can stand in a post-mortem, some of it meant to do harm. */
async function written() {
  const world = await night();
  const { run, incident, whole } = world;
  await incident({ title: "Nobody can <b>pay</b> | at *all*" });
  const postMortem = "pm-1";
  await run("write", { postMortem, section: "factors", text: hostile, base: 0 });
  await run("draw", {
    ...{ postMortem, base: 0 },
    factors: [
      { id: "a", text: 'A "release" & <campaign> at once', kind: "trigger" },
      { id: "b", text: "Twenty connections, forty clients", kind: "condition" },
      { id: "c", text: "People could not pay", kind: "harm" },
    ],
    links: [
      { from: "a", to: "b" },
      { from: "b", to: "c" },
    ],
  });
  await run("add-action", { postMortem, says: "Ask before a release | twice", kind: "prevent" });
  await run("judge", { postMortem, criterion: "resources", score: 2, says: "Two were enough." });
  return { ...world, pm: await whole() };
}
const chain = { epoch: "e", head: { position: 9, hash: "h" } };
type Sent = { path: string; text: string };
const folder = (pm: PostMortem): Sent[] => folderOf(pm, { chain, now: 0 }).files;
const bodies = (files: readonly Sent[]): File[] =>
  files.map(({ path, text }) => ({ path, body: text }));

test("Markdown has everything, in its order, and what machines said stays what it is", async () => {
  const { castor, pm } = await written();
  await using _ = castor;
  const text = markdownOf(pm, { console: "https://castor.test" });
  const headings = text
    .split("\n")
    .filter((line) => /^#{1,3} /.test(line))
    .map((line) => line.replace(/^#+ /, ""));
  // The line of the code block is no heading to a reader of Markdown.
  expect(headings).toEqual([
    ...[String.raw`Nobody can \<b\>pay\</b\> \| at \*all\*`, "Summary", "Impact", "Timeline"],
    ...["How it came about", "Contributing factors", "Own heading", "no heading <script>"],
    ...["The exam", "Actions"],
  ]);
  expect(text).toContain("flowchart TD");
  expect(text).toContain(`](https://castor.test/log?event=`);
  expect(text).not.toContain("Ada Moreau has");
});

test("HTML stands alone: nothing is loaded, nothing runs, and the graph is a picture in it", async () => {
  const { castor, pm } = await written();
  await using _ = castor;
  const html = htmlOf(pm);
  expect(html).toContain("<svg ");
  expect(html).toContain("A &quot;release&quot; &amp;");
  expect(html).not.toMatch(/<script|<img|<link |javascript:|onerror=alert\(1\)>(?!.*&gt;)|src="/);
  expect(html.match(/<b>/g)).toBeNull();
});

test("a text that nests more deeply than anything can read does not keep the rest from leaving", async () => {
  const { castor, pm } = await written();
  await using _ = castor;
  const text = "> ".repeat(10_000);
  const sections = pm.sections.slice(0, 1).map((each) => ({ ...each, text }));
  expect(htmlOf({ ...pm, sections })).toContain("<pre>&gt; &gt;");
  expect((await pdfOf({ ...pm, sections })).length).toBeGreaterThan(1_000);
});

test("a PDF is whole, and holds its words as text", async () => {
  const { castor, pm } = await written();
  await using _ = castor;
  const pdf = await pdfOf(pm);
  const text = Buffer.from(pdf).toString("latin1");
  expect(text.slice(0, 5)).toBe("%PDF-");
  expect(text.trimEnd().endsWith("%%EOF")).toBe(true);
  expect(text).toContain("/Type /Page");
});

test("a folder is taken in by another Castor as it was, once, and is read only there", async () => {
  const { castor, pm } = await written();
  await using _ = castor;
  const other = await night();
  await using __ = other.castor;
  const files = folder(pm);
  const taken = await other.act("import", { files });
  expect(taken).toMatchObject({ ours: null });
  await other.act("import", { files });
  const { postMortems } = await other.castor.ask(list, list.input.parse({ text: "forty clients" }));
  expect(postMortems).toMatchObject([{ state: "imported", title: pm.title }]);
  const { postMortem: name = "" } = postMortems[0] ?? {};
  const { postMortem: found } = await other.castor.ask(show, { postMortem: name });
  expect(found).toMatchObject({ rows: pm.rows, graph: pm.graph, exam: pm.exam });
  const late = { postMortem: name, section: "summary", text: "x", base: 0 };
  expect(isRefusal(await other.run("write", late))).toBe(true);
});

test("what was changed, taken out or added in a folder is named", async () => {
  const { castor, pm, act } = await written();
  await using _ = castor;
  const files = folder(pm);
  const wrongs = (changed: readonly Sent[]) => {
    const found = verified(bodies(changed));
    return "wrong" in found ? found.wrong : [];
  };
  expect(wrongs(files)).toEqual([]);
  const edited = files.map((each) =>
    each.path === "timeline.jsonl" ? { ...each, text: each.text.replace("inc-1", "inc-2") } : each,
  );
  expect(wrongs(edited)).toEqual(["timeline.jsonl was changed: its SHA-256 is another one"]);
  expect(wrongs(files.filter(({ path }) => path !== "graph.svg"))).toEqual([
    "graph.svg is missing",
  ]);
  expect(wrongs([...files, { path: "more.txt", text: "" }])).toEqual(["more.txt was added"]);
  expect(wrongs(files.filter(({ path }) => path !== "manifest.json"))).toEqual([
    "manifest.json is missing",
  ]);
  expect(wrongs([{ path: "manifest.json", text: "{" }])).toEqual(["manifest.json is not JSON"]);
  const refused = await act("import", { files: edited });
  expect(isRefusal(refused) && [refused.problem.type, refused.detail]).toEqual([
    notGenuine.type,
    "timeline.jsonl was changed: its SHA-256 is another one.",
  ]);
});

test("a forger who writes all hashes anew is caught by the log that the facts came from", async () => {
  const { castor, pm, act } = await written();
  await using _ = castor;
  const { epoch } = castor.castor.ports.log;
  const forge = (of: PostMortem): Sent[] =>
    folderOf(of, { now: 0, chain: { ...chain, epoch } }).files;
  expect(await act("import", { files: forge(pm) })).toMatchObject({ ours: true });
  const [first, ...rest] = pm.rows;
  if (!first) throw new Error("There is no row.");
  const rows = [{ ...first, hash: first.hash.replaceAll(/[0-4]/g, "9") }, ...rest];
  const refused = await act("import", { files: forge({ ...pm, rows }) });
  expect(isRefusal(refused) && refused.detail).toContain(`other facts at ${first.position}`);
});

test("every form comes as a file over HTTP, and no form to whoever may not read", async () => {
  const { castor } = await written();
  await using _ = castor;
  const auth = testAuth({ clock: castor.clock });
  const fetch = httpApi({ castor: castor.castor, auth });
  const get = (query: string, bearer = "viewer") =>
    fetch(
      new Request(`http://castor/api/post-mortems.export?${query}`, {
        headers: { authorization: `Bearer ${bearer}` },
      }),
      "127.0.0.1",
    );
  for (const [format, type] of [
    ["md", "text/markdown"],
    ["html", "text/html"],
    ["pdf", "application/pdf"],
    ["json", "application/json"],
    ["folder", "application/json"],
  ] as const) {
    const answer = await get(`postMortem=pm-1&format=${format}`);
    expect([answer.status, answer.headers.get("content-type")?.split(";")[0]]).toEqual([200, type]);
    expect((await answer.bytes()).length).toBeGreaterThan(500);
  }
  expect((await get("postMortem=pm-9")).status).toBe(404);
  expect((await get("postMortem=../../etc&format=md")).status).toBe(404);
  expect((await get("postMortem=pm-1", "stranger")).status).toBe(401);
});
