import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Config, endAll, freePort, later, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const root = join(import.meta.dir, "..");
const page = readFileSync(join(root, "docs/live-show.md"), "utf8");

/** The first block of the page whose fence says that. */
function block(fence: string): string {
  const found = new RegExp(`^\`\`\`${fence}\n(.*?)^\`\`\``, "ms").exec(page)?.[1];
  if (found === undefined) throw new Error(`The page has no block ${fence}.`);
  return found;
}

/** Runs a program to its end, as somebody does who follows the page. */
async function ran(folder: string, ...command: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, NO_COLOR: "1", CASTOR_BUN: process.execPath };
  const child = Bun.spawn(command, { cwd: folder, env, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, said: out + err };
}
const castorIn = (folder: string, ...words: string[]) =>
  ran(folder, "node", join(root, "bin/castor.cjs"), ...words);

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "castor-page-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

afterEach(endAll, timeoutMs);

test(
  "who follows the page's ten minutes has played a whole show",
  async () => {
    const listen = block("yaml").replace(/0\.0\.0\.0:\d+/, `127.0.0.1:${freePort()}`);
    const castor = await startCastor({ config: parse(listen) as Config });
    writeFileSync(join(castor.folder, "questions.csv"), block("csv"));
    const commands = block("sh")
      .split("\n")
      .map((line) => line.replace(/\s+#.*/, "").replace(/^npx castor /, ""))
      .filter((line) => line !== "" && line !== "up");
    let said = "";
    for (const command of commands) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? "",
      );
      // What was told just now is true for the next one a moment later.
      await until(command, async () => {
        const done = await castorIn(castor.folder, ...words);
        if (done.code !== 0) throw new Error(done.said);
        said = done.said;
        return true;
      });
    }
    expect(said).not.toContain("castor:");
    const types = (await castor.log("live.*")).map(({ type }) => type);
    for (const type of ["added", "doors-opened", "revealed", "closed", "finished"])
      expect(types).toContain(`live.${type}`);
  },
  timeoutMs,
);

test(
  "the page's configuration for a crowd is right, and so is its runbook",
  async () => {
    const folder = scratch();
    writeFileSync(join(folder, "castor.yaml"), block("yaml crowd"));
    mkdirSync(join(folder, "runbooks"));
    writeFileSync(join(folder, "runbooks/live.md"), block("markdown"));
    const checks = ["config", "runbook"].map((each) => castorIn(folder, each, "check"));
    for (const each of await Promise.all(checks)) expect(each).toMatchObject({ code: 0 });
  },
  timeoutMs,
);

test(
  "the page's backend signs the token that the page of the wire shows",
  async () => {
    const wire = readFileSync(join(root, "docs/live-wire.md"), "utf8");
    const [, token = ""] = /`(\S{27})` is participant 42 of group 3 until 2100/.exec(wire) ?? [];
    const folder = scratch();
    const key = Buffer.alloc(16, 5).toString("base64url");
    const nodes = [{ address: "https://live-0.example.org" }];
    writeFileSync(join(folder, "key.json"), JSON.stringify({ run: "final", key, nodes }));
    const until2100 = `console.log(linkFor(42, ["ES", "over-25"], ${Date.UTC(2100) / 1_000}))`;
    writeFileSync(join(folder, "backend.mjs"), `${block("js")}\n${until2100}\n`);
    const { said } = await ran(folder, "node", "backend.mjs");
    expect(said.trim()).toBe(`https://live-0.example.org/live/final/#t=${token}`);
  },
  timeoutMs,
);
