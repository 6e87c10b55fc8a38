import { type Effects, ownStore, type Store, type StoreDef, webhookHeaders } from "#kernel";
import type { AlertRule } from "./rules.ts";

/** So many wait for one rule; beyond it the oldest go, and it is noted. */
const waitingMax = 1_000;
const togetherMax = 20;
const answerWithinMs = 10_000;
const againMsMin = 1_000;
const againMsMax = 15 * 60_000;

const outbox: StoreDef = {
  name: "errors-alerts",
  migrations: [
    `CREATE TABLE waiting (
      id TEXT PRIMARY KEY, rule TEXT NOT NULL, body TEXT NOT NULL, made INTEGER NOT NULL, tries INTEGER NOT NULL, due INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX waiting_by_due ON waiting (due);
    CREATE INDEX waiting_by_rule ON waiting (rule, made);`,
  ],
};
type Waiting = { id: string; rule: string; body: string; made: number; tries: number };

/** Puts it in line, once for each id. */
export async function post(
  fx: Effects,
  of: { id: string; rule: string; body: string },
): Promise<void> {
  const { id, rule, body } = of;
  const gone = await ownStore(fx, outbox).write((tables) => {
    tables.run(
      "INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, 0, ?)",
      ...[`${id}/${rule}`, rule, body, fx.now, fx.now],
    );
    return tables.all(
      `DELETE FROM waiting WHERE id IN
        (SELECT id FROM waiting WHERE rule = ? ORDER BY made DESC, id DESC LIMIT -1 OFFSET ?) RETURNING id`,
      ...[rule, waitingMax],
    ).length;
  });
  if (gone > 0)
    fx.note(`Alerts of the rule ${rule} were dropped: too many wait`, { dropped: gone });
}

/** Delivers what is due; one receiver that is away holds up no other. */
export async function deliver(
  fx: Effects,
  rules: Readonly<Record<string, AlertRule>>,
): Promise<void> {
  const store = ownStore(fx, outbox);
  const due = store.tables.all<Waiting>(
    "SELECT id, rule, body, made, tries FROM waiting WHERE due <= ? ORDER BY due LIMIT ?",
    ...[fx.now, togetherMax],
  );
  await Promise.all(due.map((each) => attempt(fx, store, rules[each.rule], each)));
}

async function attempt(
  fx: Effects,
  store: Store,
  rule: AlertRule | undefined,
  { id, body, made, tries }: Waiting,
): Promise<void> {
  const problem = rule ? await send(fx, rule, { id, body }) : "its rule is gone";
  const pause = Math.min(againMsMax, againMsMin * 2 ** Math.min(tries, 20));
  const isOver = problem === undefined || !rule || fx.now - made > rule.giveUpAfter;
  if (problem !== undefined && isOver) fx.note(`An alert was given up: ${problem}`, { alert: id });
  await store.write((tables) =>
    isOver
      ? tables.run("DELETE FROM waiting WHERE id = ?", id)
      : tables.run(
          "UPDATE waiting SET tries = tries + 1, due = ? WHERE id = ?",
          ...[Math.round(fx.now + pause * (0.5 + fx.random() / 2)), id],
        ),
  );
}

async function send(
  fx: Effects,
  rule: AlertRule,
  { id, body }: { id: string; body: string },
): Promise<string | undefined> {
  try {
    const answer = await fx.net.fetch(rule.url, {
      method: "POST",
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
      headers: webhookHeaders(body, { id, at: fx.now, secret: rule.secret }),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `the receiver answered ${answer.status}`;
  } catch (why) {
    return why instanceof Error ? why.message : String(why);
  }
}
