import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#kernel/testing";
import { ownCommand } from "../../../cli/start/own-command.ts";

const programs = ["prometheus", "prometheus-alertmanager", "amtool"];
/** Whether the real programs are installed. */
export const isHere = programs.every((name) => Bun.which(name) !== null);
const token = "a-token-of-a-test";
export const startsWithinMs = 40_000;

export const folder = mkdtempSync(join(tmpdir(), "castor-peers-"));
const children: Bun.Subprocess[] = [];
export const start = (...command: string[]): void => {
  const quiet = { stdout: "ignore", stderr: "ignore" } as const;
  children.push(Bun.spawn(command, { cwd: folder, ...quiet }));
};
export const ports = {
  console: freePort(),
  gateway: freePort(),
  peer: freePort(),
  prometheus: freePort(),
};
/** Castor, as an Alertmanager. */
export const castor = `http://127.0.0.1:${ports.console}/in/alertmanager/${token}`;
/** A real Alertmanager with the same configuration. */
export const peer = `http://127.0.0.1:${ports.peer}`;

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + startsWithinMs;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > endsAt) throw new Error(`This did not come about: ${what}`);
    await Bun.sleep(100);
  }
}
const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/-/ready`)).ok;

/** Starts both, alike configured. */
export async function startBoth(): Promise<void> {
  const times = { group_wait: "1s", group_interval: "5s", repeat_interval: "20s" };
  const file = (name: string, content: object): void =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  file("castor.yaml", {
    console: { listen: `127.0.0.1:${ports.console}` },
    gateway: { listen: [`127.0.0.1:${ports.gateway}`] },
    alerts: {
      intakes: { prometheus: { format: "alertmanager", token } },
      resolveTimeout: "20s",
      inhibit: [
        { source: ["severity=critical"], target: ["severity=warning"], equal: ["cluster"] },
      ],
      route: {
        ...{ receiver: "all", groupBy: ["alertname"], wait: "1s", interval: "5s", repeat: "20s" },
        routes: [{ match: ["team=ops"], receiver: "ops" }],
      },
    },
  });
  file("peer.yml", {
    global: { resolve_timeout: "20s" },
    route: {
      ...{ receiver: "all", group_by: ["alertname"], ...times },
      routes: [{ matchers: ["team=ops"], receiver: "ops" }],
    },
    inhibit_rules: [
      {
        source_matchers: ["severity=critical"],
        target_matchers: ["severity=warning"],
        equal: ["cluster"],
      },
    ],
    receivers: [{ name: "all" }, { name: "ops" }],
  });
  const to = (port: number, path = "/") => ({
    ...{ api_version: "v2", path_prefix: path },
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  });
  file("prometheus.yml", {
    global: { evaluation_interval: "1s" },
    rule_files: ["rules.yml"],
    alerting: {
      alertmanagers: [to(ports.peer), to(ports.console, `/in/alertmanager/${token}`)],
    },
  });
  start(...ownCommand, "up", "--data", join(folder, "data"));
  start(
    "prometheus-alertmanager",
    ...["--config.file=peer.yml", "--storage.path=peer", "--cluster.listen-address="],
    `--web.listen-address=127.0.0.1:${ports.peer}`,
  );
  await until("both answer", async () => (await isReady(castor)) && (await isReady(peer)));
}

/** Ends what was started. */
export async function endAll(): Promise<void> {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map(({ exited }) => exited));
  rmSync(folder, { recursive: true, force: true });
}

/** Exit code and output of one command. */
export async function amtool(url: string, args: readonly string[]): Promise<string> {
  const child = Bun.spawn(["amtool", `--alertmanager.url=${url}`, ...args], {
    ...{ stdout: "pipe", stderr: "pipe" },
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return `${await child.exited}\n${out}${err}`;
}
export const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Without ids and times. */
export const timeless = (text: string): string =>
  text.replace(id, "ID").replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( UTC|Z)/g, "TIME");
