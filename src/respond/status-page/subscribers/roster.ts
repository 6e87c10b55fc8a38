import type { Millis, Store } from "#kernel";
import type { subscriberKinds } from "./config.ts";

export type Kind = (typeof subscriberKinds)[number];
/** `pending` until somebody at the address said yes; `paused` when the address takes nothing any more. */
export type State = "pending" | "confirmed" | "paused";
export type Subscriber = {
  id: string;
  kind: Kind;
  address: string;
  language: string;
  /** Signs what a webhook is told. */
  secret: string | null;
  state: State;
};
export type SignUp = Omit<Subscriber, "state"> & { wants: readonly string[] };

/** All news; of one component; of one public incident or piece of maintenance. */
export const everything = "*";
export const ofComponent = (id: string): string => `component:${id}`;
export const ofThread = (id: string): string => `thread:${id}`;

const pendingMsMax = 2 * 86_400_000;
const pendingMax = 10_000;
/** Whoever types somebody else's address into the form sends them one letter an hour, not a thousand. */
const askAgainMs = 3_600_000;
const wantsMax = 200;

/** By what an address is one: a browser by its endpoint, which nobody else knows; the keys beside it anybody can make. */
const sameOf: Partial<Record<Kind, (address: string) => string>> = {
  email: (address) => address.toLowerCase(),
  push: (address) => /^\{"endpoint":"([^"]+)"/.exec(address)?.[1] ?? address,
};
const digestOf = (kind: Kind, address: string): string =>
  new Bun.CryptoHasher("sha256")
    .update(`${kind}/${sameOf[kind]?.(address) ?? address}`)
    .digest("hex");

const columns = "id, kind, address, language, secret, state";

/** Everybody who asked to be told. Nobody is on it twice. */
export class Roster {
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  /** The subscriber to be asked whether it was them; undefined where nobody is to be asked: too often, or no room. */
  signUp(one: SignUp, of: { now: Millis; max: number }): Promise<Subscriber | undefined> {
    return this.#store.write((tables) => {
      const stale = "FROM subscribers WHERE state = 'pending' AND made < ?";
      tables.run(
        `DELETE FROM wants WHERE subscriber IN (SELECT id ${stale})`,
        of.now - pendingMsMax,
      );
      tables.run(`DELETE ${stale}`, of.now - pendingMsMax);
      const digest = digestOf(one.kind, one.address);
      const known = tables.get<Subscriber & { asked: Millis }>(
        `SELECT ${columns}, asked FROM subscribers WHERE digest = ?`,
        digest,
      );
      // Only the browser itself can ask for itself, and nothing but a note to it comes of that.
      const isItself = one.kind === "push";
      if (known && !isItself && known.asked > of.now - askAgainMs) return undefined;
      const count = (where: string): number =>
        tables.get<{ n: number }>(`SELECT count(*) AS n FROM subscribers ${where}`)?.n ?? 0;
      if (!known && (count("") >= of.max || count("WHERE state = 'pending'") >= pendingMax))
        return undefined;
      const { id, kind, address, language, secret, wants } = one;
      if (known) asked(tables, { known, by: isItself ? one : known, now: of.now });
      else
        tables.run(
          "INSERT INTO subscribers VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, NULL, 0, NULL, NULL)",
          ...[id, kind, address, digest, language, secret, of.now, of.now],
        );
      // What somebody chose who proved to be there is not changed by whoever types their address.
      if (isItself || known?.state !== "confirmed") setWants(tables, known?.id ?? id, wants);
      return known ?? { ...one, state: "pending" };
    });
  }

  get(id: string): Subscriber | undefined {
    return this.#store.tables.get<Subscriber>(
      `SELECT ${columns} FROM subscribers WHERE id = ?`,
      id,
    );
  }

  find(kind: Kind, address: string): Subscriber | undefined {
    return this.#store.tables.get<Subscriber>(
      `SELECT ${columns} FROM subscribers WHERE digest = ?`,
      digestOf(kind, address),
    );
  }

  wants(id: string): string[] {
    return this.#store.tables
      .all<{ what: string }>("SELECT what FROM wants WHERE subscriber = ?", id)
      .map(({ what }) => what);
  }

  /** False where it was so before, or there is nobody. */
  confirm(id: string): Promise<boolean> {
    return this.#store.write((tables) => {
      const { state } =
        tables.get<{ state: State }>("SELECT state FROM subscribers WHERE id = ?", id) ?? {};
      if (state === undefined || state === "confirmed") return false;
      tables.run(
        "UPDATE subscribers SET state = 'confirmed', why = NULL, failures = 0, failing_since = NULL, paused_at = NULL WHERE id = ?",
        id,
      );
      return true;
    });
  }

  /** Whatever it is told fails: it is told nothing more until its owner says yes again. */
  pause(id: string, of: { why: string; now: Millis }): Promise<boolean> {
    return this.#store.write((tables) => {
      if (!tables.get("SELECT 1 FROM subscribers WHERE id = ? AND state = 'confirmed'", id))
        return false;
      tables.run(
        "UPDATE subscribers SET state = 'paused', why = ?, paused_at = ? WHERE id = ?",
        ...[of.why, of.now, id],
      );
      tables.run(
        "UPDATE deliveries SET state = 'failed', why = 'paused' WHERE subscriber = ? AND state = 'waiting'",
        id,
      );
      return true;
    });
  }

  /** How it went the last time. `now`: it failed then. */
  went(id: string, failedAt: Millis | undefined): Promise<void> {
    return this.#store.write((tables) =>
      failedAt === undefined
        ? tables.run(
            "UPDATE subscribers SET failures = 0, failing_since = NULL WHERE id = ? AND failures > 0",
            id,
          )
        : tables.run(
            "UPDATE subscribers SET failures = failures + 1, failing_since = coalesce(failing_since, ?) WHERE id = ?",
            ...[failedAt, id],
          ),
    );
  }

  choose(id: string, wants: readonly string[]): Promise<void> {
    return this.#store.write((tables) => setWants(tables, id, wants));
  }

  /** Nothing of them is left. Gives the posts whose letters may still wait in the outbox. */
  remove(id: string): Promise<string[] | undefined> {
    return this.#store.write((tables) => {
      if (!tables.get("SELECT 1 FROM subscribers WHERE id = ?", id)) return undefined;
      const posts = tables.all<{ post: string }>(
        "SELECT post FROM deliveries WHERE subscriber = ?",
        id,
      );
      for (const table of ["deliveries", "wants"])
        tables.run(`DELETE FROM ${table} WHERE subscriber = ?`, id);
      tables.run("DELETE FROM subscribers WHERE id = ?", id);
      return posts.map(({ post }) => post);
    });
  }

  /** Who wanted to hear of nothing but what is long over is forgotten. `alive`: what may still be told of. */
  forgetOver(alive: readonly string[]): Promise<void> {
    return this.#store.write((tables) => {
      const sql = "SELECT DISTINCT what FROM wants WHERE what LIKE 'thread:%'";
      for (const { what } of tables.all<{ what: string }>(sql))
        if (!alive.includes(what)) tables.run("DELETE FROM wants WHERE what = ?", what);
      tables.run("DELETE FROM subscribers WHERE id NOT IN (SELECT subscriber FROM wants)");
    });
  }

  /** What links are signed with; made on first use. */
  async key(fresh: () => Uint8Array): Promise<string> {
    const known = this.#store.tables.get<{ value: string }>(keySql)?.value;
    if (known !== undefined) return known;
    const made = Buffer.from(fresh()).toString("base64url");
    return await this.#store.write((tables) => {
      tables.run("INSERT OR IGNORE INTO keys VALUES ('links', ?)", made);
      return tables.get<{ value: string }>(keySql)?.value ?? made;
    });
  }
}
const keySql = "SELECT value FROM keys WHERE name = 'links'";

type Writing = Parameters<Parameters<Store["write"]>[0]>[0];
/** Somebody asked again; `by` is what is right of the address and the language now. */
function asked(
  tables: Writing,
  of: { known: { id: string }; by: Pick<SignUp, "address" | "language">; now: Millis },
): void {
  tables.run(
    "UPDATE subscribers SET asked = ?, address = ?, language = ? WHERE id = ?",
    ...[of.now, of.by.address, of.by.language, of.known.id],
  );
}
function setWants(tables: Writing, id: string, wants: readonly string[]): void {
  tables.run("DELETE FROM wants WHERE subscriber = ?", id);
  for (const what of wants.slice(0, wantsMax))
    tables.run("INSERT OR IGNORE INTO wants VALUES (?, ?)", id, what);
}

export type Paused = { kind: Kind; at: Millis; why: string };
/** Who was paused lately, the newest first; nothing that names anybody. */
export const pausedLately = (tables: Store["tables"], limit: number): Paused[] =>
  tables.all(
    "SELECT kind, paused_at AS at, why FROM subscribers WHERE state = 'paused' AND kind <> 'email' AND paused_at IS NOT NULL ORDER BY paused_at DESC LIMIT ?",
    limit,
  );

/** How many there are, by kind and state. */
export const countsOf = (tables: Store["tables"]): { kind: Kind; state: State; count: number }[] =>
  tables.all("SELECT kind, state, count(*) AS count FROM subscribers GROUP BY kind, state");
