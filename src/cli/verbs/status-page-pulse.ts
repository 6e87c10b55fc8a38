import { dirname, resolve } from "node:path";
import { machineHere } from "../../kernel/machine.ts";
import { machineNet } from "../../kernel/net.ts";
import { placesOn } from "../../respond/status-page/adapters/all.ts";
import type { Config } from "../../respond/status-page/config.ts";
import { publishWithinMs } from "../../respond/status-page/publish/place.ts";
import { type Silence, tellSilence } from "../../respond/status-page/publish/silence.ts";
import { type Command, exit } from "../command.ts";
import { ink, plain, table } from "../ink.ts";
import { configFile } from "../start/plan.ts";
import { readConfigOrTell } from "./config.ts";

type Row = { target: string; why?: string } & Partial<Silence>;

/** `castor status-page pulse`, from cron on another machine than the one that publishes. */
export const statusPagePulse: Command = {
  usage: "status-page pulse [--json]",
  summary: "Have the status page say so where nobody has published it for too long.",
  about:
    "For cron on a second machine that has the same `status-page` section: it reads where the page lives when Castor was last heard of there, and leaves a page alone that is young enough. Says nothing while all is well, so that cron writes to nobody. Exits 1 where a page is old or a target failed.",
  example: "*/5 * * * * cd /srv/castor && castor status-page pulse",
  options: {
    config: { type: "text", value: "castor.yaml", about: "Where the page lives." },
  },
  async run(given, terminal) {
    const values = readConfigOrTell(given, terminal);
    if (!values) return exit.refused;
    const { publish, languages } = values["status-page"] as Config;
    const folder = dirname(resolve(terminal.folder, given.text("config") ?? configFile));
    const clock = { now: () => Date.now() };
    const data = resolve(folder, ".castor-pulse");
    const places = placesOn(machineHere({ folder, data }, { net: machineNet, clock }));
    const rows = await Promise.all(
      Object.entries(publish.targets).map(async ([target, settings]): Promise<Row> => {
        try {
          const signal = AbortSignal.timeout(publishWithinMs);
          const place = await places.placeOf(target, settings, signal);
          return { target, ...(await tellSilence(place, { languages, now: clock.now() })) };
        } catch (error) {
          return { target, why: error instanceof Error ? error.message : String(error) };
        }
      }),
    );
    if (given.flag("json")) terminal.out(`${JSON.stringify({ targets: rows })}\n`);
    const told = rows.filter(({ why, isSilent }) => why !== undefined || isSilent);
    const { red } = ink(terminal);
    if (told.length > 0 && !given.flag("json"))
      terminal.out(
        `${table(told.map(({ target, why, minutes = 0 }) => [target, red(plain(why ?? `nobody was heard of for ${minutes} minutes, and the page says so`))]))}\n`,
      );
    return told.length > 0 ? exit.refused : exit.ok;
  },
};
