import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpApi, testAuth } from "../../kernel/testing.ts";
import { list, show } from "../../learn/post-mortems/contract.ts";
import { night } from "../../learn/post-mortems/world.testing.ts";
import { readArguments } from "../arguments.ts";
import { type Command, everywhere, Failure, UsageError } from "../command.ts";
import { paperTerminal } from "../testing.ts";
import { postMortemExport, postMortemImport } from "./post-mortem.ts";

const folder = mkdtempSync(join(tmpdir(), "castor-post-mortem-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Castor with one post-mortem, served. */
async function served(seed = 1) {
  const world = await night({}, seed);
  await world.incident();
  const auth = testAuth({ clock: world.castor.clock });
  const fetch = httpApi({ castor: world.castor.castor, auth });
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: (request) => fetch(request, "127.0.0.1"),
  });
  const run = async (command: Command, ...words: string[]) => {
    const terminal = paperTerminal({ folder });
    const line = ["--url", `http://127.0.0.1:${server.port}`, "--token", "admin", ...words];
    const given = await readArguments(line, { ...command.options, ...everywhere }, command);
    await command.run(given, terminal);
    return terminal.printed;
  };
  const at = `http://127.0.0.1:${server.port}`;
  const headers = { authorization: "Bearer admin" };
  const call = (path: string, init: RequestInit = {}) =>
    globalThis.fetch(at + path, { ...init, headers });
  return {
    ...{ run, call, world },
    [Symbol.asyncDispose]: async () => {
      await server.stop(true);
      await world.castor[Symbol.asyncDispose]();
    },
  };
}

test("a folder that one Castor wrote is taken in by another, and is named where somebody changed it", async () => {
  await using from = await served();
  await using to = await served();
  await from.run(postMortemExport, "pm-1", "--to", "night");
  const path = join(folder, "night");
  expect(readdirSync(path).toSorted()).toEqual([
    ...["impact.json", "manifest.json", "post-mortem.json", "post-mortem.md"],
    ...["status-posts.jsonl", "timeline.jsonl"],
  ]);
  expect(await to.run(postMortemImport, "night")).toMatch(/^✓ pm-x[0-9a-f]{12}: 6 files/);
  await expect(from.run(postMortemExport, "pm-1", "--to", "night")).rejects.toThrow(Failure);
  const text = join(path, "post-mortem.md");
  writeFileSync(text, readFileSync(text, "utf8").replace("Nobody", "Somebody"));
  await expect(to.run(postMortemImport, "night")).rejects.toThrow("post-mortem.md was changed");
});

/** Bytes that look like a PNG of so many, none like another. */
function picture(bytes: number, seed: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(bytes).fill(seed);
  made.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, seed]);
  return made;
}

test("45 MB of pictures travel with a folder; one that was taken away stays away, one that was changed is named", async () => {
  await using from = await served();
  await using to = await served(2);
  const addresses: string[] = [];
  for (let seed = 0; seed < 10; seed++) {
    const body = picture(4_700_000, seed);
    const taken = await from.call("/api/incidents.picture?incident=inc-1", {
      method: "POST",
      body,
    });
    addresses.push(((await taken.json()) as { url: string }).url);
  }
  const note = (name: string, shown: readonly string[]) =>
    from.call("/api/incidents.note", {
      method: "POST",
      body: JSON.stringify({
        ...{ incident: "inc-1", note: name },
        text: `We saw this: ${shown.map((each) => `![graph](${each})`).join(" ")}`,
      }),
    });
  await note("note-0001", addresses.slice(0, 9));
  await note("note-0002", addresses.slice(9));
  await from.run(postMortemExport, "pm-1", "--to", "pictured");
  const path = join(folder, "pictured");
  expect(readdirSync(join(path, "pictures"))).toHaveLength(10);
  expect(readFileSync(join(path, "post-mortem.md"), "utf8")).toContain("[picture](pictures/");
  rmSync(join(path, "pictures", addresses[9]?.split("/").at(-1) ?? ""));
  expect(await to.run(postMortemImport, "pictured")).toMatch(/^✓ pm-x[0-9a-f]{12}: 15 files/);
  const there = addresses.map((each) => each.replace("/incidents.", "/post-mortems."));
  const answers = await Promise.all(there.map((each) => to.call(each)));
  expect(answers.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 9 }, () => 200),
    404,
  ]);
  expect(await answers[3]?.bytes()).toEqual(picture(4_700_000, 3));
  const { postMortems } = await to.world.castor.ask(list, list.input.parse({}));
  const imported = postMortems.find(({ state }) => state === "imported")?.postMortem ?? "";
  const { postMortem: whole } = await to.world.castor.ask(show, { postMortem: imported });
  expect(JSON.stringify(whole?.rows)).toContain(there[0] ?? "?");
  writeFileSync(join(path, "pictures", addresses[0]?.split("/").at(-1) ?? ""), picture(100, 77));
  await expect(to.run(postMortemImport, "pictured")).rejects.toThrow(/pictures\/.* was changed/);
}, 60_000);

test("a file is written whole, and what is not there is said", async () => {
  await using from = await served();
  await from.run(postMortemExport, "pm-1", "--format", "pdf");
  expect(readFileSync(join(folder, "pm-1.pdf"), "latin1").slice(0, 5)).toBe("%PDF-");
  await expect(from.run(postMortemExport, "pm-7")).rejects.toThrow("no such post-mortem");
  await expect(from.run(postMortemExport, "pm-1", "--format", "docx")).rejects.toThrow(UsageError);
  await expect(from.run(postMortemImport, "nowhere")).rejects.toThrow("no folder that can be read");
});
