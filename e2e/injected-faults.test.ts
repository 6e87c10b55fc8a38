import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { allServe, endAll, type Running, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";

const timeoutMs = 60_000;
const lastsMs = 12_000;

afterEach(endAll, timeoutMs);

/** The command line, as an operator types it in the folder of the configuration. */
async function castorSays({ folder, data }: Running, ...words: string[]): Promise<string> {
  const command = ["node", join(import.meta.dir, "../bin/castor.cjs"), ...words, "--data", data];
  const env = { ...process.env, NO_COLOR: "1", CASTOR_BUN: process.execPath };
  const child = Bun.spawn(command, { cwd: folder, env, stdout: "pipe", stderr: "pipe" });
  const [said, complained] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return said + complained;
}

const reasonOf = async ({ gateway }: Running): Promise<string | null> => {
  const answer = await fetch(`${gateway}/`);
  await answer.text();
  return answer.headers.get("castor-reason");
};

test(
  "a fault started on the command line touches visitors, goes on without control, and ends by itself all the same",
  async () => {
    const castor = await startCastor({ config: siteConfig({ instances: 2 }) });
    await allServe(castor, 2);
    const startedAt = Date.now();
    const flags = ["--kind", "abort", "--status", "418", "--for", `${lastsMs / 1_000}s`];
    const said = await castorSays(castor, "faults", "start", ...flags, "--reason", "what if");
    expect(said).not.toContain("error");
    await until("visitors are touched", async () => (await reasonOf(castor)) === "fault.abort");
    // Stopped rather than killed: the keeper would start it again.
    const control = castor.pidOf("control");
    process.kill(control, "SIGSTOP");
    try {
      expect(await reasonOf(castor)).toBe("fault.abort");
      process.kill(castor.pidOf("gateway-1"), "SIGKILL");
      process.kill(castor.pidOf("gateway-2"), "SIGKILL");
      await until("workers are back and go on with it", async () => {
        return (await reasonOf(castor)) === "fault.abort";
      });
      await until("it has ended", async () => (await reasonOf(castor)) === null);
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(lastsMs - 1_000);
    } finally {
      process.kill(control, "SIGCONT");
    }
    await until("the log tells it", async () => (await castor.log("faults.ended")).length === 1);
    const [begun] = await castor.log("faults.started");
    expect(begun?.says).toContain("instances seem to answer 418 (all requests; at most 10000");
    expect(await castorSays(castor, "faults", "now")).not.toContain("418");
  },
  timeoutMs,
);
