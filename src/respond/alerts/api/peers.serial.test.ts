import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownCommand } from "../../../cli/start/own-command.ts";

const programs = ["prometheus", "prometheus-alertmanager", "amtool"];
const isHere = programs.every((name) => Bun.which(name) !== null);
const token = "a-token-of-a-test";
const startsWithinMs = 40_000;

const freePort = (): number => {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = server;
  server.stop(true);
  return port;
};

const folder = mkdtempSync(join(tmpdir(), "castor-peers-"));
const children: Bun.Subprocess[] = [];
const start = (...command: string[]): void => {
  const quiet = { stdout: "ignore", stderr: "ignore" } as const;
  children.push(Bun.spawn(command, { cwd: folder, ...quiet }));
};
const ports = {
  console: freePort(),
  gateway: freePort(),
  peer: freePort(),
  prometheus: freePort(),
};
const castor = `http://127.0.0.1:${ports.console}/in/alertmanager/${token}`;
const peer = `http://127.0.0.1:${ports.peer}`;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + startsWithinMs;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > endsAt) throw new Error(`This did not come about: ${what}`);
    await Bun.sleep(100);
  }
}
const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/-/ready`)).ok;

beforeAll(async () => {
  if (!isHere) return;
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
}, startsWithinMs + 5_000);

afterAll(async () => {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map(({ exited }) => exited));
  rmSync(folder, { recursive: true, force: true });
});

async function amtool(url: string, args: readonly string[]): Promise<string> {
  const child = Bun.spawn(["amtool", `--alertmanager.url=${url}`, ...args], {
    ...{ stdout: "pipe", stderr: "pipe" },
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return `${await child.exited}\n${out}${err}`;
}
const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const timeless = (text: string): string =>
  text.replace(id, "ID").replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( UTC|Z)/g, "TIME");

test.skipIf(!isHere)(
  "amtool says the same of Castor as of an Alertmanager, but for ids and times",
  async () => {
    const silenceIds = new Map<string, string>();
    const both = async (...args: string[]): Promise<string> => {
      const [ours = "", theirs = ""] = await Promise.all(
        [castor, peer].map((url) =>
          amtool(
            url,
            args.map((each) => (each === "ID" ? (silenceIds.get(url) ?? "") : each)),
          ),
        ),
      );
      for (const [url, text] of [
        [castor, ours],
        [peer, theirs],
      ] as const) {
        const made = text.match(id)?.[0];
        if (args[1] === "add" && made !== undefined) silenceIds.set(url, made);
      }
      expect([args, timeless(ours)]).toEqual([args, timeless(theirs)]);
      return ours;
    };
    await both("alert", "add", "Foo", "node=bar", "service=api", "--annotation=summary=hello");
    await both("alert", "add", "Low", "severity=warning", "cluster=a");
    await both(
      "alert",
      "add",
      "High",
      "severity=critical",
      "cluster=a",
      "--generator-url=http://x/y",
    );
    await both("alert");
    await until("the peer has inhibited", async () =>
      (await amtool(peer, ["alert", "query", "--inhibited"])).includes("Low"),
    );
    await both("alert", "query", "--inhibited");
    await both("alert", "query", "-o", "extended", "severity=~crit.*");
    await both("alert", "query", "-o", "json", "alertname=Foo");
    await both("alert", "query", "--silenced", "--inhibited", "--unprocessed", "--active");
    await both(
      "silence",
      "add",
      "alertname=Foo",
      "node=~b.*",
      "-d",
      "1h",
      "-a",
      "me",
      "-c",
      "why not",
    );
    await both("silence", "query");
    await both("silence", "query", "-o", "extended");
    await both("silence", "query", "-q");
    await both("silence", "query", "alertname=Foo");
    await both("silence", "update", "-d", "2h", "-c", "longer", "ID");
    await both("alert", "query", "--silenced");
    await both("silence", "expire", "ID");
    await both("silence", "query");
    await both("silence", "query", "--expired", "--within", "1h");
    await both("silence", "expire", "ID");
    await both("alert", "query", "a=~(");
    await both("config", "routes");
    await both("config", "routes", "test", "team=ops");
    await both("cluster", "show");
  },
  40_000,
);

type Shown = { fingerprint: string; startsAt: string; labels: { alertname: string } };

test.skipIf(!isHere)(
  "Prometheus opens and resolves the same here as there",
  async () => {
    const over = Math.floor(Date.now() / 1000) + 14;
    const alert = (name: string, expr: string) => ({
      alert: name,
      expr,
      labels: { severity: "page" },
    });
    const rules = [
      alert("Steady", "vector(1)"),
      alert("Flapping", "vector(time()) % 6 < 3"),
      alert("Resolving", `vector(time()) < ${over}`),
    ];
    writeFileSync(
      join(folder, "rules.yml"),
      JSON.stringify({ groups: [{ name: "rules", rules }] }),
    );
    start(
      "prometheus",
      ...[
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=prometheus",
        "--rules.alert.resend-delay=1s",
      ],
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
    );
    const seen = { castor: new Set<string>(), peer: new Set<string>() };
    const open = async (url: string, into: Set<string>): Promise<string[]> => {
      const shown = (await (await fetch(`${url}/api/v2/alerts`)).json()) as Shown[];
      const from = shown.filter(({ labels }) =>
        /^(Steady|Flapping|Resolving)$/.test(labels.alertname),
      );
      for (const { fingerprint, startsAt } of from) into.add(`${fingerprint} ${startsAt}`);
      return from.map(({ labels }) => labels.alertname).sort();
    };
    const look = async () => await Promise.all([open(castor, seen.castor), open(peer, seen.peer)]);
    const wasSeen = new Set<string>();
    await until("all three were seen, and two are over", async () => {
      const [ours] = await look();
      for (const name of ours ?? []) wasSeen.add(name);
      return wasSeen.size === 3 && seen.peer.size >= 5 && Bun.deepEquals(ours, ["Steady"]);
    });
    await until("both show the same", async () => {
      const [ours, theirs] = await look();
      return (
        Bun.deepEquals(ours, theirs) &&
        Bun.deepEquals([...seen.castor].sort(), [...seen.peer].sort())
      );
    });
    expect([...wasSeen].sort()).toEqual(["Flapping", "Resolving", "Steady"]);
  },
  90_000,
);
