import { type Effects, ownStore, type Store, type StoreDef } from "#kernel";

/** What was asked for lies here until it is decided, and nowhere else: it may hold secrets, and the log keeps for ever. */
const vault: StoreDef = {
  name: "approvals",
  migrations: [
    `CREATE TABLE inputs (approval TEXT PRIMARY KEY, input TEXT NOT NULL, salt BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID, STRICT;
     CREATE TABLE keys (name TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID, STRICT;`,
    `CREATE TABLE outcomes (approval TEXT PRIMARY KEY, outcome TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID, STRICT;`,
  ],
};
const saltBytes = 32;
const keyBytes = 32;
/** Somebody may look at it for so long after it ended by itself. */
const graceMs = 60_000;

type Fx = Pick<Effects, "log" | "stores" | "signal" | "now" | "secret">;
const storeOf = (fx: Fx): Store => ownStore(fx, vault);

/** The same for the same input, whatever the order of its fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** Salted, so that once the input is gone nobody can guess it from the log. */
const hashOf = (salt: Uint8Array, text: string): string =>
  new Bun.CryptoHasher("sha256").update(salt).update(text).digest("hex");

/** Keeps an input; gives its hash. */
export async function keep(
  fx: Fx,
  { approval, input, until }: { approval: string; input: unknown; until: number },
): Promise<string> {
  const [salt, text] = [fx.secret(saltBytes), canonical(input)];
  await storeOf(fx).write((tables) => {
    tables.run("DELETE FROM inputs WHERE until < ?", fx.now - graceMs);
    tables.run("INSERT INTO inputs VALUES (?, ?, ?, ?)", approval, text, salt, until);
  });
  return hashOf(salt, text);
}

/** The input that has this hash; undefined once it is gone, or if it is not what was asked for. */
export function lookUp(
  fx: Fx,
  of: { approval: string; hash: string },
): { input: unknown } | undefined {
  const found = storeOf(fx).tables.get<{ input: string; salt: Uint8Array }>(
    "SELECT input, salt FROM inputs WHERE approval = ?",
    of.approval,
  );
  if (!found || hashOf(found.salt, found.input) !== of.hash) return undefined;
  return { input: JSON.parse(found.input) };
}

export const drop = (fx: Fx, approval: string): Promise<void> =>
  storeOf(fx).write((tables) => tables.run("DELETE FROM inputs WHERE approval = ?", approval));

const outcomeMs = 600_000;
const outcomesMax = 50;
const outcomeCharsMax = 65_536;
const isNews = (outcome: unknown): boolean =>
  typeof outcome === "object" &&
  outcome !== null &&
  Object.keys(outcome).some((field) => field !== "done");

/** Keeps what an approved action gave, such as a link, for whoever asked; gives until when. Undefined where it gave nothing. */
export async function keepOutcome(
  fx: Fx,
  approval: string,
  outcome: unknown,
): Promise<number | undefined> {
  if (!isNews(outcome)) return undefined;
  const text = JSON.stringify(outcome);
  if (text.length > outcomeCharsMax) throw new Error(`It has ${text.length} characters.`);
  const until = fx.now + outcomeMs;
  await forgetOutcomes(fx);
  await storeOf(fx).write((tables) => {
    tables.run("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)", approval, text, until);
    tables.run(
      "DELETE FROM outcomes WHERE approval NOT IN (SELECT approval FROM outcomes ORDER BY until DESC LIMIT ?)",
      outcomesMax,
    );
  });
  return until;
}

/** Gives what an approved action gave, once. */
export const takeOutcome = (fx: Fx, approval: string): Promise<{ outcome: unknown } | undefined> =>
  storeOf(fx).write((tables) => {
    const found = tables.get<{ outcome: string }>(
      "SELECT outcome FROM outcomes WHERE approval = ? AND until > ?",
      approval,
      fx.now,
    );
    tables.run("DELETE FROM outcomes WHERE approval = ?", approval);
    return found && { outcome: JSON.parse(found.outcome) };
  });

export const forgetOutcomes = (fx: Fx): Promise<void> =>
  storeOf(fx).write((tables) => tables.run("DELETE FROM outcomes WHERE until <= ?", fx.now));

/** The key that signs links: made once, kept beside the log and never in it. */
export async function linkKey(fx: Fx): Promise<Uint8Array> {
  const store = storeOf(fx);
  const read = "SELECT key FROM keys WHERE name = 'links'";
  const known = store.tables.get<{ key: Uint8Array }>(read);
  if (known) return new Uint8Array(known.key);
  return await store.write((tables) => {
    const found = tables.get<{ key: Uint8Array }>(read);
    if (found) return new Uint8Array(found.key);
    const key = fx.secret(keyBytes);
    tables.run("INSERT INTO keys VALUES ('links', ?)", key);
    return key;
  });
}
