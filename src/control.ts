import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join, resolve } from "node:path";
import { capabilities } from "./castor.ts";
import { serveConsole } from "./console/serve.ts";
import { openAuth } from "./kernel/auth/open.ts";
import { serveBus } from "./kernel/bus/serve.ts";
import { machineClock } from "./kernel/clock/machine.ts";
import {
  configurationOf,
  effectiveValues,
  followConfig,
  type Good,
  loadConfig,
  type Mistake,
  printMistakes,
} from "./kernel/config/index.ts";
import { openCounters } from "./kernel/counters/open.ts";
import { type Fetch, httpApi } from "./kernel/http/api.ts";
import { upcastersOf } from "./kernel/log/record.ts";
import { openSqliteLog } from "./kernel/log/sqlite.ts";
import { machineNet } from "./kernel/net.ts";
import { announceReady } from "./kernel/processes/ready.ts";
import { castor, type Castor } from "./kernel/runtime/castor.ts";
import type { Ports } from "./kernel/runtime/ports.ts";
import { openSealer } from "./kernel/seal/sealer.ts";
import { fileSnapshots } from "./kernel/snapshots/file.ts";
import { addressOf, type Config as ConsoleConfig } from "./platform/console/address.ts";
import { consoleOpened } from "./platform/console/contract.ts";
import { console as consoleCapability } from "./platform/console/index.ts";
import { recordDoor } from "./platform/people/door.ts";
import { people } from "./platform/people/index.ts";
import { changesBetween, type Source } from "./platform/settings/configuration.ts";
import { configApplied, configRefused } from "./platform/settings/contract.ts";
import { settings } from "./platform/settings/index.ts";

export type ControlOptions = {
  data: string;
  config: string;
  /** Starts another process of Castor: `[...castorCommand, "__gateway-worker", …]`. */
  castorCommand: readonly string[];
  /** Where the built console lies. */
  consoleFolder: string;
};

const exitCodeConfig = 78;
const exitCodePort = 75;
/** Server-sent events are quiet for as long as nothing happens. */
const idleTimeoutS = 0;

/** Runs the control process until SIGTERM: log, views, API, console. The keeper starts it again when it dies. */
export async function runControl(of: ControlOptions): Promise<number> {
  const data = resolve(of.data);
  for (const folder of ["", "run", "snapshot", "blobs"])
    mkdirSync(join(data, folder), { recursive: true, mode: 0o700 });
  const configuration = configurationOf(capabilities);
  const stopped = Promise.withResolvers<number>();
  const later: {
    changed?: (now: Good, before: Good) => Promise<void>;
    refused?: (mistakes: Mistake[]) => Promise<void>;
  } = {};
  const following = await followConfig({
    file: resolve(of.config),
    lastGood: join(data, "castor.last-good.yaml"),
    load: (text) =>
      loadConfig({ text, file: basename(of.config), env: process.env, ...configuration }),
    onChange: (now, before) => later.changed?.(now, before),
    onMistakes: (mistakes) => void later.refused?.(mistakes),
  });
  if ("mistakes" in following) {
    process.stderr.write(printMistakes(following.mistakes, { colour: false }));
    return exitCodeConfig;
  }

  const ports = await openPorts(data);
  const valuesOf = (good: Good) =>
    effectiveValues(configuration.sections, good.values, good.origins);
  const source: Source = { file: basename(of.config), values: () => valuesOf(following.current()) };
  const consoleConfig = () => following.current().values.console as ConsoleConfig;
  const auth = openAuth({
    path: join(data, "people.db"),
    run: join(data, "run"),
    clock: ports.clock,
    hosts: consoleConfig().hosts,
    trustedProxies: consoleConfig().trustedProxies,
  });
  const machine = {
    cores: cpus().length,
    workerCommand: (id: string) => [
      ...of.castorCommand,
      "__gateway-worker",
      "--data",
      data,
      "--id",
      id,
    ],
  };
  const running = await castor(capabilities, ports, {
    config: following.current().values,
    equipment: { configuration: source, auth, machine, sealer: ports.sealer },
  });
  recordDoor(auth, (key, events, by) => running.effects(people, { actor: by }).record(key, events));
  const remember = settingsMemory(running, source.file);
  const api = httpApi({ castor: running, auth, otherwise: serveConsole(of.consoleFolder) });
  let server = await listen(consoleConfig(), api, running);
  if (!server) return exitCodePort;

  await remember.applied(valuesOf(following.current()), []);
  if (following.refusedAtStart.length > 0) await remember.refused(following.refusedAtStart);
  later.changed = async (now, before) => {
    running.configure(now.values);
    await remember.applied(valuesOf(now), valuesOf(before));
    if ((before.values.console as ConsoleConfig).listen === consoleConfig().listen) return;
    const next = await listen(consoleConfig(), api, running);
    void server?.stop();
    server = next;
  };
  later.refused = (mistakes) => remember.refused(mistakes);
  announceReady();

  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => stopped.resolve(0));
  const code = await stopped.promise;
  await following.close();
  await server?.stop(true);
  await running.stop();
  auth.close();
  ports.sealer.close();
  return code;
}

async function openPorts(data: string): Promise<Ports> {
  const clock = machineClock();
  const bus = await serveBus({ path: join(data, "run", "bus.sock"), clock, name: "control" });
  const defs = capabilities.flatMap((each) => each.emits);
  return {
    clock,
    bus,
    log: openSqliteLog({
      path: join(data, "log.db"),
      clock,
      upcasters: upcastersOf(defs),
    }),
    sealer: openSealer({ path: join(data, "keys.db"), clock }),
    counters: openCounters({ path: join(data, "counters.db"), clock }),
    snapshots: fileSnapshots({
      folder: join(data, "snapshot"),
      bus,
      onWarning: (what) => process.stderr.write(`snapshot: ${what}\n`),
    }),
    net: machineNet,
    viewsPath: join(data, "views.db"),
  };
}

/** Puts what happened to the configuration into the log; a start with the same values is nothing new. */
function settingsMemory(running: Castor, file: string) {
  const fx = running.effects(settings, { actor: { kind: "system", id: "settings" } });
  type Values = ReturnType<Source["values"]>;
  return {
    applied: async (now: Values, before: Values): Promise<void> => {
      const hash = createHash("sha256")
        .update(JSON.stringify(now.map(({ path, value }) => [path, value])))
        .digest("hex")
        .slice(0, 16);
      const last = running.facts.read("settings/config", { backwards: true, limit: 1 })[0]?.event;
      if (last?.type === configApplied.type && (last.data as { hash: string }).hash === hash)
        return;
      const changes = before.length === 0 ? [] : changesBetween(before, now);
      await fx.record("config", [configApplied({ file, hash, changes })]);
    },
    refused: async (mistakes: readonly Mistake[]): Promise<void> => {
      process.stderr.write(printMistakes([...mistakes], { colour: false }));
      const told = mistakes.map(({ line, column, path, what, fix }) => ({
        file,
        line,
        column,
        path,
        what,
        fix,
      }));
      await fx.record("config", [configRefused({ file, mistakes: told })]);
    },
  };
}

async function listen(
  config: ConsoleConfig,
  api: Fetch,
  running: Castor,
): Promise<Bun.Server<undefined> | undefined> {
  const { hostname, port, url } = addressOf(config.listen);
  try {
    const server = Bun.serve({
      hostname,
      port,
      idleTimeout: idleTimeoutS,
      fetch: (request, bun) => api(request, bun.requestIP(request)?.address ?? ""),
    });
    const fx = running.effects(consoleCapability, { actor: { kind: "system", id: "console" } });
    await fx.record("address", [consoleOpened({ url })]);
    return server;
  } catch (error) {
    process.stderr.write(
      `The console cannot listen on ${config.listen}: ${String(error)}. Free the port, or set console.listen to another.\n`,
    );
    return undefined;
  }
}
