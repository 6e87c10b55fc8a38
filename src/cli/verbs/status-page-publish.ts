import { dirname, join, resolve } from "node:path";
import { machineHere } from "../../kernel/machine.ts";
import { machineNet } from "../../kernel/net.ts";
import { readSnapshotFile } from "../../kernel/snapshots/read.ts";
import { placesOn } from "../../respond/status-page/adapters/all.ts";
import { readBrand } from "../../respond/status-page/brand.ts";
import type { Config } from "../../respond/status-page/config.ts";
import type { Published } from "../../respond/status-page/contract.ts";
import { publishTo } from "../../respond/status-page/publish/changes.ts";
import { learnLanguages } from "../../respond/status-page/languages.ts";
import { type Equipment, publishWithinMs } from "../../respond/status-page/publish/place.ts";
import { pageSnapshot } from "../../respond/status-page/publish/round.ts";
import { type Bundle, bundleOf } from "../../respond/status-page/render/bundle.ts";
import { Unreachable } from "../api.ts";
import { type Arguments, type Command, exit, Failure, toCastor } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { configFile } from "../start/plan.ts";
import { readConfigOrTell } from "./config.ts";

type Row = Pick<Published, "target" | "where" | "files" | "bytes"> & { why?: string };

/** Without a running Castor: what it knew last goes out again, and its age with it. */
async function publishLast(
  given: Arguments,
  terminal: Terminal,
): Promise<{ rows: Row[]; at: number } | undefined> {
  const values = readConfigOrTell(given, terminal);
  if (!values) return undefined;
  const config = values["status-page"] as Config;
  const data = dataFolderOf(given, terminal);
  const { good } = readSnapshotFile(join(data, "snapshot"), pageSnapshot.name, pageSnapshot.schema);
  if (!good) throw new Failure("Castor does not run, and it left no page to publish.");
  const folder = dirname(resolve(terminal.folder, given.text("config") ?? configFile));
  const machine = machineHere(
    { folder, data },
    { net: machineNet, clock: { now: () => Date.now() } },
  );
  const { brand, mistakes } = await readBrand(config, machine);
  for (const mistake of [...(await learnLanguages(config, machine)), ...mistakes])
    terminal.err(`${plain(mistake)}\n`);
  const bundle = bundleOf(good.value, brand);
  const rows = await publishEverywhere(bundle, config.publish.targets, placesOn(machine));
  return { rows, at: good.value.at };
}

const dataFolderOf = (given: Arguments, { folder, env }: Terminal): string =>
  resolve(folder, given.text("data") ?? env["CASTOR_DATA"] ?? ".castor");

const publishEverywhere = (
  bundle: Bundle,
  targets: Config["publish"]["targets"],
  places: Equipment,
): Promise<Row[]> => {
  return Promise.all(
    Object.entries(targets).map(async ([target, settings]): Promise<Row> => {
      const row = { target, where: settings.kind, files: 0, bytes: 0 };
      try {
        const signal = AbortSignal.timeout(publishWithinMs);
        const place = await places.placeOf(target, settings, signal);
        const { files, bytes } = await publishTo(place, bundle, undefined);
        return { ...row, files, bytes };
      } catch (error) {
        return { ...row, why: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
};

/** `castor status-page publish`, by a running Castor or, as from cron, without one. */
export const statusPagePublish: Command = {
  usage: "status-page publish [--json]",
  summary: "Publish the status page now, wherever it lives.",
  about:
    "A running Castor does it by itself on every change and every minute. Where none runs, what it knew last is published from `--data` and `castor.yaml`, with the age of that. Exits 1 where a target failed, so that cron tells.",
  example: "*/5 * * * * cd /srv/castor && castor status-page publish >/dev/null",
  options: {
    ...toCastor,
    config: { type: "text", value: "castor.yaml", about: "The configuration, without a Castor." },
  },
  async run(given, terminal) {
    const running = await viaCastor(given, terminal);
    const done = running ?? (await publishLast(given, terminal));
    if (!done) return exit.refused;
    if (given.flag("json"))
      terminal.out(`${JSON.stringify({ isRunning: running !== undefined, targets: done.rows })}\n`);
    else print({ ...done, isRunning: running !== undefined }, terminal);
    return done.rows.some(({ why }) => why !== undefined) ? exit.refused : exit.ok;
  },
};

async function viaCastor(
  given: Arguments,
  terminal: Terminal,
): Promise<{ rows: Row[]; at: number } | undefined> {
  try {
    const answer = await connect(given, terminal).act("status-page.publish", {});
    return { rows: (answer as { targets: Published[] }).targets, at: Date.now() };
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

function print(of: { rows: Row[]; at: number; isRunning: boolean }, terminal: Terminal): void {
  const { dim, red } = ink(terminal);
  if (!of.isRunning)
    terminal.err(
      `${dim(`Castor does not run: this is the page of ${new Date(of.at).toISOString()}.`)}\n`,
    );
  const rows = of.rows.map(({ target, where, files, bytes, why }) => [
    ...[target, plain(where)],
    why === undefined ? `${files} files, ${bytes} bytes` : red(plain(why)),
  ]);
  terminal.out(`${table(rows)}\n`);
}
