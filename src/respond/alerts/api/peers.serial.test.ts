import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  amtool,
  castor,
  endAll,
  folder,
  id,
  isHere,
  peer,
  ports,
  start,
  startBoth,
  startsWithinMs,
  timeless,
  until,
} from "./peers.testing.ts";

beforeAll(async () => {
  if (isHere) await startBoth();
}, startsWithinMs + 5_000);
afterAll(endAll);

test.skipIf(!isHere)(
  "amtool says the same of Castor as of an Alertmanager, but for ids and times",
  async () => {
    const imported = join(folder, "silences.json");
    const later = { startsAt: "2099-01-01T00:00:00Z", endsAt: "2099-01-02T00:00:00Z" };
    const matchers = [{ name: "c", value: "d", isRegex: false, isEqual: true }];
    const silence = { ...later, matchers, createdBy: "them", comment: "was elsewhere" };
    writeFileSync(imported, JSON.stringify([silence]));
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
    await both(
      "silence",
      "add",
      "a=b",
      "-c",
      "x",
      "--start=2099-01-01T00:00:00Z",
      "--end=2099-01-02T00:00:00Z",
    );
    await both("silence", "query", "--created-by=me");
    await both("silence", "expire", "no-id");
    await both("silence", "add", "a=b");
    await both("silence", "import", imported);
    await both("alert", "add", "Ops", "team=ops");
    await both("alert", "query", "--receiver=ops");
    await both("config", "routes");
    await both("config", "routes", "show");
    await both("config", "routes", "test", "team=ops");
    await both("config", "routes", "test", "--verify.receivers=ops", "team=ops");
    await both("config", "routes", "test", "--verify.receivers=ops", "team=web");
    await both("cluster", "show");
  },
  40_000,
);

/** What newer versions of the API added is not in the peer's. */
const older = (text: string): string =>
  timeless(text)
    .replaceAll('"mutedBy":[],', "")
    .replaceAll(',"mutedBy":[]', "")
    .replaceAll(',"routeLabels":{}', "");
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, each]) => [name, sorted(each)]),
        )
      : value;

test.skipIf(!isHere)(
  "every question of the API is answered alike, and what is wrong gets the same status",
  async () => {
    const minutes = (of: number): string => new Date(Date.now() + of * 60_000).toISOString();
    const times = { startsAt: minutes(-1), endsAt: minutes(60) };
    const silence = {
      ...{ startsAt: minutes(0.01), endsAt: minutes(60), createdBy: "me", comment: "known" },
      matchers: [{ name: "node", value: "b", isRegex: false, isEqual: true }],
    };
    const both = async (method: string, path: string, body?: unknown): Promise<void> => {
      const [ours, theirs] = await Promise.all(
        [castor, peer].map(async (url) => {
          const headers = { "content-type": "application/json" };
          const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
          const answer = await fetch(`${url}/api/v2${path}`, { method, ...sent });
          const text = older(await answer.text());
          // Of what is wrong the words may differ, of the rest nothing.
          return [answer.status, answer.ok && text !== "" ? sorted(JSON.parse(text)) : ""];
        }),
      );
      expect([method, path, body, ...(ours ?? [])]).toEqual([
        method,
        path,
        body,
        ...(theirs ?? []),
      ]);
    };
    const all = ["a", "b", "c"].map((node) => ({ labels: { alertname: "Api", node }, ...times }));
    await both("POST", "/alerts", [
      ...all,
      { labels: { alertname: "Api", team: "ops" }, ...times },
    ]);
    for (const wrong of [{}, [{ labels: { "": "c" } }], [{ labels: {} }], [{ labels: { a: 1 } }]])
      await both("POST", "/alerts", wrong);
    await both("POST", "/alerts", null);
    await both("POST", "/silences", silence);
    for (const part of ["startsAt", "endsAt", "createdBy", "comment", "matchers"])
      await both("POST", "/silences", { ...silence, [part]: undefined });
    await both("POST", "/silences", { ...silence, id: crypto.randomUUID() });
    await until(
      "the silence has begun",
      async () =>
        (await (await fetch(`${peer}/api/v2/alerts?silenced=false`)).text()).includes("Api") &&
        (await amtool(peer, ["alert", "query", "--silenced"])).includes("Api"),
    );
    const asked = [
      "silenced=false",
      "inhibited=false",
      "active=false",
      "unprocessed=false",
      "silenced=no",
    ];
    const filters = ["alertname=Api", "node=~a|b", 'node!=""', "bad", "a=~("];
    for (const path of ["/alerts", "/alerts/groups"]) {
      for (const each of [...asked, "receiver=ops", "receiver=o", "receiver=("])
        await both("GET", `${path}?filter=alertname%3DApi&${each}`);
      for (const each of filters) await both("GET", `${path}?filter=${encodeURIComponent(each)}`);
    }
    await both("GET", "/silences?filter=node%3Db");
    await both("GET", `/silence/${crypto.randomUUID()}`);
    await both("GET", "/receivers");
    await both("GET", "/nothing");
  },
  20_000,
);

type Shown = { fingerprint: string; startsAt: string; labels: { alertname: string } };

test.skipIf(!isHere)(
  "Prometheus opens and resolves the same here as there",
  async () => {
    const over = Math.floor(Date.now() / 1000) + 9;
    const alert = (name: string, expr: string) => ({
      alert: name,
      expr,
      labels: { severity: "page" },
    });
    const rules = [
      alert("Steady", "vector(1)"),
      alert("Flapping", "vector(time()) % 4 < 2"),
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
      return wasSeen.size === 3 && seen.peer.size >= 4 && Bun.deepEquals(ours, ["Steady"]);
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
