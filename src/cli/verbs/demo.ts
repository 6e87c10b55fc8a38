import type { Api } from "../api.ts";
import { type Command } from "../command.ts";
import { endsWithInput } from "../crowd/ends-with-input.ts";
import { ownCommand, ownFile } from "../start/own-command.ts";
import { overridesOf, planOf, startOptions } from "../start/plan.ts";
import { type Companion, runCastor } from "../start/run-castor.ts";

const demoFolder = "examples/shop";
const visitorsPerSecond = "6";

/** A small crowd that comes back for as long as the demonstration runs. */
const crowd: Companion = {
  start({ gatewayUrls }, control) {
    const [target = ""] = gatewayUrls;
    const stop = new AbortController();
    const command = [...ownCommand, "crowd", "steady", target, "--rate", visitorsPerSecond];
    const come = async (): Promise<void> => {
      while (!stop.signal.aborted && !(await isOpen(control))) await Bun.sleep(lookAgainMs);
      while (!stop.signal.aborted) {
        const child = Bun.spawn([...command, "--for", "1h", "--pages", "3", "--json"], {
          // Also the demonstration's sudden death closes this pipe, and the crowd goes home.
          stdin: "pipe",
          env: { ...process.env, [endsWithInput]: "1" },
          stdout: "ignore",
          stderr: "ignore",
          signal: stop.signal,
        });
        await child.exited;
        if (!stop.signal.aborted) await Bun.sleep(comeAgainMs);
      }
    };
    void come();
    return () => stop.abort();
  },
};
const comeAgainMs = 2000;
const lookAgainMs = 100;

/** Nobody comes before somebody is there to serve them. */
async function isOpen(control: Api): Promise<boolean> {
  try {
    const [now, services] = await Promise.all([
      control.ask("gateway.now"),
      control.ask("catalog.services"),
    ]);
    const instances = (services as { instances: { health: string }[] }[]).flatMap(
      (each) => each.instances,
    );
    const { workers } = now as { workers: unknown[] };
    return workers.length > 0 && instances.some(({ health }) => health === "healthy");
  } catch {
    return false; // Control is away: whoever watches it says so.
  }
}

/** `castor demo`, which `npm start` runs: an example shop with three instances, and visitors. */
export const demo: Command = {
  usage: "demo [--listen 127.0.0.1:8080] [--no-crowd]",
  summary: "See it all at work: an example shop with three instances, and a small crowd.",
  about: "Everything it keeps is in .castor/demo; delete that folder to begin anew.",
  example: "castor demo",
  options: {
    "no-crowd": { type: "flag", about: "No visitors but yourself." },
    ...startOptions,
    data: { type: "text", value: ".castor/demo", about: "Where everything is kept." },
  },
  async run(given, terminal) {
    const plan = planOf(
      {
        data: given.text("data") ?? ".castor/demo",
        config: ownFile(`${demoFolder}/castor.yaml`),
        env: overridesOf(given.text),
      },
      terminal,
    );
    const companion = given.flag("no-crowd") ? {} : { companion: crowd };
    return await runCastor(plan, terminal, { plain: given.flag("plain"), ...companion });
  },
};
