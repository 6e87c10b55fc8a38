import { type Millis, readSigned, type Seal, signText, type StoreDef } from "#kernel";
import type { Deed } from "../channel/message.ts";
import type { Reach } from "../channel/channel.ts";

export const pagingStore: StoreDef = {
  name: "paging",
  migrations: [
    "CREATE TABLE keys (name TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID, STRICT;",
  ],
};

/** What a link allows: this, about this page, for this person, until then. `all` stands for everything in their digest. */
export type Grant = { deed: Deed | "show" | "noise"; page: string; person: string; until: Millis };

/** A page that nobody touched for so long is opened from the console. */
export const linkMs: Millis = 3 * 86_400_000;
const macBytes = 16;
const letters: Readonly<Record<Grant["deed"], string>> = {
  ...{ show: "p", acknowledge: "a", escalate: "e", silence: "s", noise: "n" },
};

const sealWith = (key: Uint8Array): Seal => ({ key, what: "castor page link", bytes: macBytes });

/** A link's secret part (HMAC-SHA256, 128 bits of it): short enough for a text message. */
export function sealGrant(key: Uint8Array, { deed, page, person, until }: Grant): string {
  const seconds = Math.ceil(until / 1_000).toString(36);
  return signText(sealWith(key), [letters[deed], seconds, page, person].join("."));
}

/** What a link allows; `expired` when it did once, undefined when nobody here made it. */
export function readGrant(
  key: Uint8Array,
  token: string,
  now: Millis,
): Grant | "expired" | undefined {
  const text = readSigned(sealWith(key), token);
  if (text === undefined) return undefined;
  const [letter, seconds = "", page = "", person = ""] = text.split(".");
  const deed = (["show", "acknowledge", "escalate", "silence", "noise"] as const).find(
    (each) => letters[each] === letter,
  );
  if (!deed) return undefined;
  const until = Number.parseInt(seconds, 36) * 1_000;
  return until < now ? "expired" : { deed, page, person, until };
}

type Keeper = Pick<Reach, "log" | "stores" | "signal">;
const keys = new WeakMap<object, Promise<Uint8Array>>();

/** The key that signs links: made once, kept beside the log and never in it. */
export function linkKey(fx: Keeper & { secret(bytes: number): Uint8Array }): Promise<Uint8Array> {
  const known = keys.get(fx.log);
  if (known) return known;
  const made = openKey(fx);
  keys.set(fx.log, made);
  made.catch(() => keys.delete(fx.log));
  return made;
}

async function openKey(fx: Keeper & { secret(bytes: number): Uint8Array }): Promise<Uint8Array> {
  const store = fx.stores.open(pagingStore);
  try {
    return await store.write((tables) => {
      const found = tables.get<{ key: Uint8Array }>("SELECT key FROM keys WHERE name = 'links'");
      if (found) return new Uint8Array(found.key);
      const key = fx.secret(32);
      tables.run("INSERT INTO keys (name, key) VALUES ('links', ?)", key);
      return key;
    });
  } finally {
    await store.close();
  }
}
