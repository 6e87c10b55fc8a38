import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { intakeOf } from "./inbox.ts";
import { endAll, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const rounds = 20;
const eventsEach = 500;
const root = join(import.meta.dir, "..");

afterEach(endAll, timeoutMs);

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
    let acknowledged = 0;
    for (let round = 0; round < rounds; round++) {
      const client = Bun.spawn(
        [process.execPath, sender, url, String(round * eventsEach), String(eventsEach)],
        { stdout: "pipe", stderr: "inherit" },
      );
      let heard = 0;
      const killAfter = 40 + ((round * 97) % (eventsEach - 100));
      for await (const chunk of client.stdout) {
        const before = heard;
        heard += new TextDecoder().decode(chunk).split("\n").length - 1;
        if (before < killAfter && heard >= killAfter)
          process.kill(castor.pidOf("errors-intake"), "SIGKILL");
      }
      expect(await client.exited).toBe(0);
      acknowledged += heard;
    }
    expect(acknowledged).toBe(rounds * eventsEach);
    const counted = await until("the inbox is back", async () => {
      const { issues } = (await castor.api.ask("errors.issues")) as {
        issues: { events: number }[];
      };
      return issues.length > 0 ? issues.map((each) => each.events) : undefined;
    });
    expect(counted).toEqual([acknowledged]);
    expect(await castor.log("errors.created")).toHaveLength(1);
  },
  timeoutMs,
);
