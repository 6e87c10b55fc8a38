import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { capabilities } from "./castor.ts";
import { acmeIssuer } from "./absorb/certificates/adapters/acme.ts";
import { openCellar } from "./absorb/gateway/data-plane/freeze/cellar.ts";
import { workerArguments } from "./absorb/gateway/worker-process.ts";
import { serveConsole } from "./console/serve.ts";
import type { Auth } from "./kernel/auth/auth.ts";
import { openAuth } from "./kernel/auth/open.ts";
import { ownAddresses } from "./kernel/own-addresses.ts";
import { privateFolder } from "./kernel/private-folder.ts";
import { serveBus } from "./kernel/bus/serve.ts";
import { machineClock } from "./kernel/clock/machine.ts";
import {
  changedValues,
  configurationOf,
  effectiveValues,
  followConfig,
  type Following,
  type Good,
  loadConfig,
  type Mistake,
  printMistakes,
} from "./kernel/config/index.ts";
import { lastGoodFile } from "./kernel/config/last-good.ts";
import { openCounters } from "./kernel/counters/open.ts";
import { type Fetch, httpApi } from "./kernel/http/api.ts";
import { upcastersOf } from "./kernel/log/record.ts";
import { openSqliteLog } from "./kernel/log/sqlite.ts";
import { machineHere } from "./kernel/machine.ts";
import { machineNet } from "./kernel/net.ts";
import { socketOutposts } from "./kernel/outposts/machine.ts";
import { announceReady } from "./kernel/processes/ready.ts";
import { castor, type Castor } from "./kernel/runtime/castor.ts";
import type { Ports } from "./kernel/runtime/ports.ts";
import { openSealer } from "./kernel/seal/sealer.ts";
import { fileSnapshots } from "./kernel/snapshots/file.ts";
import { fileStores } from "./kernel/stores/file.ts";
import { textFolder } from "./kernel/text-folder.ts";
import { addressOf } from "./platform/console/address.ts";
import type { Config as ConsoleConfig } from "./platform/console/config.ts";
import { consoleOpened } from "./platform/console/contract.ts";
import { console as consoleCapability } from "./platform/console/index.ts";
import { recordDoor } from "./platform/people/door.ts";
import { pingWith } from "./observe/probes/adapters/ping.ts";
import { smtpPost } from "./platform/mail/adapters/smtp.ts";
import { people } from "./platform/people/index.ts";
import { hashOfValues, type Source } from "./platform/settings/configuration.ts";
import { configApplied, configRefused } from "./platform/settings/contract.ts";
import { settings } from "./platform/settings/index.ts";
import { runbookShelf } from "./respond/runbooks/shelf.ts";
import { placesOn } from "./respond/status-page/adapters/all.ts";

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
  const opened = Promise.withResolvers<Control>();
  const following = await follow(of.config, data, opened.promise);
  if ("mistakes" in following) {
    process.stderr.write(printMistakes(following.mistakes, { colour: false }));
    return exitCodeConfig;
  }
  const control = await Control.open(of, data, following);
  if (!control) return exitCodePort;
  if (following.refusedAtStart.length > 0) await control.memory.refused(following.refusedAtStart);
  opened.resolve(control);
  announceReady();
  const stopped = Promise.withResolvers<number>();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => stopped.resolve(0));
  const code = await stopped.promise;
  await following.close();
  await control.close();
  return code;
}

const configuration = configurationOf(capabilities);
const valuesOf = (good: Good): ReturnType<typeof effectiveValues> =>
  effectiveValues(configuration.sections, good.values, good.origins);

/** What changes while Castor starts waits until it can be taken over. */
const follow = (
  file: string,
  data: string,
  control: Promise<Control>,
): ReturnType<typeof followConfig> =>
  followConfig({
    file: resolve(file),
    lastGood: join(data, lastGoodFile),
    load: (text) => loadConfig({ text, file: basename(file), env: process.env, ...configuration }),
    onChange: async (now, before) => (await control).apply(now, before),
    onMistakes: async (mistakes) => (await control).memory.refused(mistakes),
  });

/** Everything that the control process holds open. */
class Control {
  readonly memory: ReturnType<typeof settingsMemory>;
  readonly #castor: Castor;
  readonly #auth: Auth;
  readonly #api: Fetch;
  readonly #data: string;
  #server: Server | undefined;
  #listensOn = "";

  private constructor(running: Castor, auth: Auth, api: Fetch, of: { file: string; data: string }) {
    this.#castor = running;
    this.#auth = auth;
    this.#api = api;
    this.#data = of.data;
    this.memory = settingsMemory(running, of.file);
  }

  /** Undefined when the console's port is taken. */
  static async open(
    of: ControlOptions,
    data: string,
    following: Following,
  ): Promise<Control | undefined> {
    const begun = following.current();
    const ports = await openPorts(data);
    const { values } = begun;
    const { hosts, trustedProxies, listen: address } = values.console as ConsoleConfig;
    const run = join(data, "run");
    const auth = openAuth({
      path: join(data, "people.db"),
      run,
      clock: ports.clock,
      hosts,
      trustedProxies,
    });
    const file = basename(of.config);
    const source: Source = { file, values: () => valuesOf(following.current()) };
    const machine = {
      cores: cpus().length,
      addresses: ownAddresses,
      folder: dirname(resolve(of.config)),
      workerCommand: (id: string) => [...of.castorCommand, ...workerArguments(data, id)],
      outpostCommand: (name: string) => [
        ...of.castorCommand,
        ...["__outpost", "--data", data, "--name", name],
      ],
    };
    const readTrust = (path: string): string => readFileSync(resolve(machine.folder, path), "utf8");
    const issuer = acmeIssuer(() => ports.clock.now());
    const here = machineHere({ folder: machine.folder, data }, ports);
    const equipment = {
      configuration: source,
      auth,
      machine,
      sealer: ports.sealer,
      freeze: openCellar(data),
      certificates: { safe: privateFolder(join(data, "certificates")), issuer, readTrust },
      mail: { post: smtpPost, readTrust },
      probes: { readTrust, ping: pingWith(here.run) },
      runbooks: runbookShelf(textFolder(machine.folder)),
      "status-page": placesOn(here),
    };
    const running = await castor(capabilities, ports, { config: values, equipment });
    recordDoor(auth, (key, events, by) =>
      running.effects(people, { actor: by }).record(key, events),
    );
    const api = httpApi({ castor: running, auth, otherwise: serveConsole(of.consoleFolder) });
    const control = new Control(running, auth, api, { file, data });
    control.#server = await control.#listen(address);
    if (!control.#server) return undefined;
    await control.memory.began(begun);
    return control;
  }

  /** The whole configuration at once; the console moves when its address changed. */
  async apply(now: Good, before: Good): Promise<void> {
    this.#castor.configure(now.values);
    await this.memory.changed(now, before);
    const { listen } = now.values.console as ConsoleConfig;
    // Where it listens, not where it was told to: that port may have been taken.
    if (listen === this.#listensOn) return;
    const next = await this.#listen(listen);
    if (!next) return;
    void this.#server?.stop();
    this.#server = next;
  }

  async #listen(address: string): Promise<Server | undefined> {
    const { hostname, port, url } = addressOf(address);
    try {
      const server = Bun.serve({
        hostname,
        port,
        idleTimeout: idleTimeoutS,
        fetch: (request, bun) => this.#api(request, bun.requestIP(request)?.address ?? ""),
      });
      const fx = this.#castor.effects(consoleCapability, {
        actor: { kind: "system", id: "console" },
      });
      // So that commands on this machine find the console of this data folder.
      writeFileSync(join(this.#data, "run", "url"), `${url}\n`);
      this.#listensOn = address;
      await fx.record("address", [consoleOpened({ url })]);
      return server;
    } catch (error) {
      process.stderr.write(
        `The console cannot listen on ${address}: ${String(error)}. Free the port, or set console.listen to another.\n`,
      );
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#server?.stop(true);
    await this.#castor.stop();
    this.#auth.close();
    this.#castor.ports.sealer.close();
  }
}

type Server = Bun.Server<undefined>;

const warn = (what: string): void => void process.stderr.write(`castor: ${what}\n`);

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
    counters: openCounters({
      path: join(data, "counters.db"),
      clock,
      onOverflow: (counter) =>
        warn(`${counter} has more label sets than it may; new ones count as "other"`),
      onFlushError: (error) => warn(`the counters could not be written: ${String(error)}`),
    }),
    snapshots: fileSnapshots({
      folder: join(data, "snapshot"),
      bus,
      onWarning: warn,
    }),
    net: machineNet,
    stores: fileStores({ folder: join(data, "stores") }),
    outposts: socketOutposts({ run: join(data, "run") }),
    viewsPath: join(data, "views.db"),
  };
}

/** Puts what happened to the configuration into the log; a start with the same values is nothing new. */
function settingsMemory(running: Castor, file: string) {
  const fx = running.effects(settings, { actor: { kind: "system", id: "settings" } });
  const hashOf = (good: Good): string => hashOfValues(valuesOf(good));
  return {
    began: async (now: Good): Promise<void> => {
      const hash = hashOf(now);
      const last = running.facts.read("settings/config", { backwards: true, limit: 1 })[0]?.event;
      if (last?.type === configApplied.type && (last.data as { hash: string }).hash === hash)
        return;
      await fx.record("config", [configApplied({ file, hash, changes: [] })]);
    },
    changed: async (now: Good, before: Good): Promise<void> => {
      const changes = changedValues(configuration.sections, before.values, now.values);
      if (changes.length === 0) return;
      await fx.record("config", [configApplied({ file, hash: hashOf(now), changes })]);
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
