import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { intakeOf } from "./inbox.ts";
import { endAll, later, type Running, startCastor, until } from "./running.ts";

/** Each of the twenty times the keeper lets it start later, up to a second: a busy machine takes minutes. */
const timeoutMs = 230_000;
const kills = 20;
const eventsSent = 10_000;
const root = join(import.meta.dir, "..");

afterEach(endAll, timeoutMs);

/** Kills the inbox once it runs, if it is another process than the one that was killed last. */
const kill = (castor: Running, last: number): Promise<number> =>
  until("the inbox runs again", () => {
    const pid = castor.pidOf("errors-intake");
    if (pid === last) return undefined;
    process.kill(pid, "SIGKILL");
    return pid;
  });

test(
  "the inbox is killed twenty times while ten thousand events come in: none that was acknowledged is lost, none counts twice",
  async () => {
    const castor = await startCastor({
      config: {
        errors: { eventsPerMinuteMax: 1_000_000, projects: { shop: {} } },
        gateway: { workers: 1 },
      },
    });
    const url = await intakeOf(castor, "store");
    const sender = join(root, "src/observe/errors/intake/sender.testing.ts");
    const client = Bun.spawn([process.execPath, sender, url, "0", String(eventsSent)], {
      stdout: "pipe",
      stderr: "inherit",
    });
    later(() => client.kill("SIGKILL"));
    let [acknowledged, killed, last, killAt] = [0, 0, 0, 40];
    for await (const chunk of client.stdout) {
      acknowledged += new TextDecoder().decode(chunk).split("\n").length - 1;
      if (killed === kills || acknowledged < killAt) continue;
      last = await kill(castor, last);
      killed++;
      // Never at the same point of its work, and the last one long before the end.
      killAt = acknowledged + 40 + ((killed * 97) % 400);
    }
    expect(await client.exited).toBe(0);
    expect([killed, acknowledged]).toEqual([kills, eventsSent]);
    const counted = await until("the inbox is back", async () => {
      const { issues } = (await castor.api.ask("errors.issues")) as {
        issues: { events: number }[];
      };
      return issues.length > 0 ? issues.map((each) => each.events) : undefined;
    });
    expect(counted).toEqual([acknowledged]);
    // What it found is handed to control until that took it.
    await until("control knows it", async () => (await castor.log("errors.created")).length > 0);
    expect(await castor.log("errors.created")).toHaveLength(1);
  },
  timeoutMs,
);
