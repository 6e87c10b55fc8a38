import type { BenchResult, BenchRow } from "./kit/rows.ts";
import { type Inbox, inboxUp, send, type Watched, watched } from "./kit/sentry-inbox.ts";

const seconds = Number(process.env["CASTOR_BENCH_SECONDS"] ?? 60);
/** How many events the store holds before the load; each in turn: `0,1000000,5000000`. */
const levels = (process.env["CASTOR_BENCH_STORED"] ?? "0").split(",").map(Number);
const connections = 32;
/** A flood with more senders than are worked on at once, beside a project that sends now and then. */
const flood = { seconds: Math.min(seconds, 20), connections: 200, models: 200 };
const quiet = { seconds: flood.seconds, connections: 4, perSecond: 5, models: 50 };
const rounds = 5;

/** What others say of themselves, in their own words and on machines of about this size; not measured here. */
const claims = { bugsink: 30, telebugs: 50 };
const bars = {
  ...{ perSecond: 600, p99Ms: 250, questionMs: 1_000, searchMs: 100 },
  // Two cores give 3.3 ms an event at the bar, and the load takes its share.
  ...{ intakeMb: 400, controlMb: 200, cpuMs: 2.2, loadCpuMs: 1.1 },
};
/** Where a store was filled: one event of all has the first word, a large part the second. */
const questions: Readonly<Record<string, Record<string, unknown>>> = {
  "a rare word": { search: "needle" },
  "a common word": { search: "booking" },
  "two words": { search: "booking shop" },
  "the beginning of a word": { search: "no booki" },
  "a word and filters": { search: "booking", environment: "staging", release: "shop@1.3.0" },
  "the list of issues": { limit: 50 },
};

type Issues = { issues: { events: number }[]; total: number };
const row = (
  what: string,
  castor: number,
  bar: readonly [number, string],
  unit: string,
): BenchRow => ({
  ...{ what, castor, peer: bar[0], peerName: bar[1], unit },
  ratio: unit === "events/s" ? castor / bar[0] : bar[0] / castor,
});

/** How long each question takes through the API: the median. */
async function asked(inbox: Inbox): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [what, input] of Object.entries(questions)) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const from = performance.now();
      const { total } = (await inbox.ask("errors.issues", input)) as Issues;
      times.push(performance.now() - from);
      if (total === 0) throw new Error(`Nothing was found by ${what}.`);
    }
    const ms = times.toSorted((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
    rows.push(row(what, ms, [bars.searchMs, "the bar"], "ms"));
  }
  return rows;
}

async function counted(inbox: Inbox): Promise<{ events: number; issues: number }> {
  const limit = 200;
  let events = 0;
  for (let offset = 0; ; offset += limit) {
    const { issues, total } = (await inbox.ask("errors.issues", { limit, offset })) as Issues;
    events += issues.reduce((sum, each) => sum + each.events, 0);
    if (offset + limit >= total) return { events, issues: total };
  }
}

/** Events of fifty kilobytes, and how soon the list of issues is there after them. */
async function loaded(inbox: Inbox, stored: number): Promise<{ rows: BenchRow[]; sent: number }> {
  const { found, of } = await watched(inbox, () =>
    send(inbox.urls.bench, { seconds, connections }),
  );
  const drainedFrom = performance.now();
  const { events, issues } = await counted(inbox);
  const drainMs = Math.max(1, performance.now() - drainedFrom);
  console.log(
    `${found.sent} events of ${Math.round(found.bytes / 1024)} KB (${(found.packedBytes / 1024).toFixed(1)} KB gzip) in ${found.tookS.toFixed(1)} s, ${JSON.stringify(found.statuses)}; ${issues} issues hold ${events}; p50 ${found.p50Ms.toFixed(1)} ms, longest ${found.maxMs.toFixed(0)} ms`,
  );
  for (const [name, { threads }] of Object.entries(of))
    console.log(`Seconds of processor time of ${name}, by thread: ${threads}`);
  if (events !== found.sent + stored)
    throw new Error(
      `${found.sent} were acknowledged, ${events} are counted beside ${stored} before.`,
    );
  const cpu = ({ cpuMs }: Watched): number => cpuMs / found.sent;
  const rows = [
    row("fully processed", found.perSecond, [claims.telebugs, "Telebugs' claim"], "events/s"),
    row("fully processed", found.perSecond, [claims.bugsink, "Bugsink's claim"], "events/s"),
    row("fully processed", found.perSecond, [bars.perSecond, "the bar"], "events/s"),
    row("acknowledged, p99", found.p99Ms, [bars.p99Ms, "the bar"], "ms"),
    row("processor time an event", cpu(of.intake) + cpu(of.control), [bars.cpuMs, "the aim"], "ms"),
    row("of it the inbox", cpu(of.intake), [bars.cpuMs, "the aim"], "ms"),
    row("of it control", cpu(of.control), [bars.cpuMs, "the aim"], "ms"),
    row("beside it the load", found.cpuMs / found.sent, [bars.loadCpuMs, "the rest"], "ms"),
    row("first question after it", drainMs, [bars.questionMs, "the bar"], "ms"),
    row("the inbox's process", of.intake.mb, [bars.intakeMb, "the bar"], "MB"),
    row("control beside it", of.control.mb, [bars.controlMb, "the bar"], "MB"),
  ];
  return { rows, sent: found.sent };
}

/** What a project that sends now and then has of a flood in another one. */
async function fair(inbox: Inbox, before: number): Promise<BenchRow[]> {
  const [of, other] = await Promise.all([
    send(inbox.urls.bench, flood),
    send(inbox.urls.quiet, quiet),
  ]);
  console.log(
    `A flood from ${flood.connections} senders: ${JSON.stringify(of.statuses)}, p50 ${of.p50Ms.toFixed(0)} ms, p99 ${of.p99Ms.toFixed(0)}; beside it ${JSON.stringify(other.statuses)}, p50 ${other.p50Ms.toFixed(0)} ms`,
  );
  const { events } = await counted(inbox);
  if (events !== before + of.sent + other.sent)
    throw new Error(`${events} are counted where ${before + of.sent + other.sent} should be.`);
  return [
    row("beside a flood, p99 of another", other.p99Ms, [bars.p99Ms, "the bar"], "ms"),
    row("the same, p50", other.p50Ms, [of.p50Ms, "the flood's own"], "ms"),
  ];
}

async function level(stored: number): Promise<BenchRow[]> {
  const inbox = await inboxUp(stored);
  try {
    const already = stored > 0 ? (await counted(inbox)).events : 0;
    const questions = stored > 0 ? await asked(inbox) : [];
    const { rows, sent } = await loaded(inbox, already);
    return [...rows, ...(await fair(inbox, already + sent)), ...questions];
  } finally {
    await inbox.stop();
  }
}

/** Events against the whole program: each is durable, scrubbed, grouped, indexed and counted before its answer. */
export async function bench(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  for (const stored of levels)
    for (const each of await level(stored))
      rows.push(stored === 0 ? each : { ...each, what: `${each.what}, ${stored} stored` });
  return { name: "errors", rows };
}
