import { isRefusal, type Read, type Refusal } from "#kernel";
import { now as alertsNow, whatChanged } from "../alerts/contract.ts";
import { now as onCallNow } from "../on-call/contract.ts";
import { landed, now as pagingNow } from "../paging/contract.ts";
import { type Brief, unknownTeam } from "./contract.ts";
import { wordsOf } from "./words.ts";

const listedMax = 20;
const changesMax = 10;
const lookBackMs = 7 * 86_400_000;

type Asks = Pick<Read, "ask" | "now">;

/** What is wrong and pages nobody, and what is silenced. Alerts are kept by a process of their own, which may be away. */
async function quietOf(read: Asks): Promise<Pick<Brief, "smouldering" | "silences">> {
  const said = await read.ask(alertsNow, {}).catch(() => undefined);
  if (said === undefined || isRefusal(said)) return { smouldering: [], silences: [] };
  const { groups, silences } = said;
  return {
    smouldering: groups
      .filter(({ isOpen, severity }) => isOpen && (severity === "warning" || severity === "info"))
      .toSorted((a, b) => a.since - b.since)
      .slice(0, listedMax)
      .map(({ title, severity, since }) => ({ title, severity, since })),
    silences: silences
      .filter(({ startsAt, endsAt }) => startsAt <= read.now && endsAt > read.now)
      .slice(0, listedMax)
      .map(({ comment, createdBy, endsAt }) => ({ why: comment, by: createdBy, until: endsAt })),
  };
}

async function pagesOf(read: Asks, since: number): Promise<Pick<Brief, "open" | "over">> {
  const [{ pages: open }, { pages: all }] = await Promise.all([
    read.ask(pagingNow, {}),
    read.ask(landed, { from: since, to: read.now + 1 }),
  ]);
  return {
    open: open.slice(0, listedMax).map(({ about, acknowledgedBy }) => ({
      ...{ title: about.title, severity: about.severity, since: about.since, acknowledgedBy },
    })),
    over: all
      .filter(({ resolvedAt }) => resolvedAt !== null)
      .slice(-listedMax)
      .map(({ title, severity, at, acknowledgedBy, acknowledgedAt }) => ({
        ...{ title, severity, at, acknowledgedBy },
        acknowledgedAfterMs: acknowledgedAt === null ? null : acknowledgedAt - at,
      })),
  };
}

/** What whoever takes over has to know, from what each capability knows. */
export async function briefOf(read: Asks, { team }: { team: string }): Promise<Brief | Refusal> {
  const { teams } = await read.ask(onCallNow, {});
  const turn = teams.find((each) => each.team === team);
  if (!turn)
    return unknownTeam(`There are: ${teams.map((each) => each.team).join(", ") || "none"}.`);
  const { member, since, until, next, gaps } = turn;
  const from = Math.max(since ?? 0, read.now - lookBackMs);
  const [pages, quiet, changed] = await Promise.all([
    pagesOf(read, from),
    quietOf(read),
    read.ask(whatChanged, {}),
  ]);
  const known = {
    ...{ team, member, since, until, next, gaps, ...pages, ...quiet },
    changes: changed.changes.slice(0, changesMax).map(({ at, says }) => ({ at, says })),
  };
  return { ...known, text: wordsOf(known) };
}
