import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpApi, testAuth } from "../../kernel/testing.ts";
import { night } from "../../learn/post-mortems/world.testing.ts";
import { readArguments } from "../arguments.ts";
import { type Command, everywhere, Failure, UsageError } from "../command.ts";
import { paperTerminal } from "../testing.ts";
import { postMortemExport, postMortemImport } from "./post-mortem.ts";

const folder = mkdtempSync(join(tmpdir(), "castor-post-mortem-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Castor with one post-mortem, served. */
async function served() {
  const world = await night();
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
  return {
    run,
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

test("a file is written whole, and what is not there is said", async () => {
  await using from = await served();
  await from.run(postMortemExport, "pm-1", "--format", "pdf");
  expect(readFileSync(join(folder, "pm-1.pdf"), "latin1").slice(0, 5)).toBe("%PDF-");
  await expect(from.run(postMortemExport, "pm-7")).rejects.toThrow("no such post-mortem");
  await expect(from.run(postMortemExport, "pm-1", "--format", "docx")).rejects.toThrow(UsageError);
  await expect(from.run(postMortemImport, "nowhere")).rejects.toThrow("no folder that can be read");
});
