import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { virtualClock } from "../clock/virtual.ts";
import { ERASED, event, type Event, sensitive } from "../contract.ts";
import type { Log, Recorded } from "../log/log.ts";
import { openSqliteLog } from "../log/sqlite.ts";
import { isSensitive, type Sealer } from "./seal.ts";
import { openSealer } from "./sealer.ts";

const Contact = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("mail"), address: sensitive() }),
  z.object({ kind: z.literal("none") }),
]);
const Joined = z.object({
  id: z.string(),
  name: sensitive().max(40),
  phone: sensitive().optional(),
  born: z.number().meta({ sensitive: true }).optional(),
  contacts: z.array(Contact).default([]),
  notes: z
    .record(z.string(), z.object({ text: sensitive().nullable(), at: z.number() }))
    .optional(),
});
const joined = event("crew.joined", Joined, {
  says: ({ id }) => `${id} joined.`,
  subject: ({ id }) => `crew/${id}`,
});
const left = event("crew.left", z.object({ id: z.string() }), { says: ({ id }) => `${id} left.` });

const zoe: z.infer<typeof Joined> = {
  id: "z",
  name: "Zoë Quartermaine",
  phone: "+49 170 5550199",
  born: 19_830_417,
  contacts: [{ kind: "mail", address: "zoe@quartermaine.example" }, { kind: "none" }],
  notes: { first: { text: "afraid of beavers", at: 7 }, second: { text: null, at: 8 } },
};
const secrets = ["Quartermaine", "5550199", "19830417", "zoe@", "afraid of beavers"];

let folder: string;
let sealer: Sealer;
let log: Log;
const clock = virtualClock();
const open = (): void => {
  sealer = openSealer({ path: join(folder, "keys.db"), clock });
  log = openSqliteLog({ path: join(folder, "log.db"), clock });
};
const close = async (): Promise<void> => {
  sealer.close();
  await log.close();
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "castor-seal-"));
  open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

async function append(...events: Event[]): Promise<void> {
  const by = { kind: "system", id: "test" } as const;
  const sealed = events.map((each) => ({ ...sealer.seal(joined, each), stream: "crew/z" }));
  await log.append({ id: clock.id(), by, events: sealed });
}
const read = (position: number): Recorded => {
  const found = log.at(position);
  if (!found) throw new Error(`There is no record ${position}.`);
  return sealer.unseal(joined, found);
};
/** All bytes in the folder, as text that any of the secrets would show up in. */
const allBytes = (): string =>
  readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "latin1"))
    .join("\n");

describe("sealing", () => {
  test("clear text never reaches the disk, and is read back whole", async () => {
    await append(joined(zoe));
    expect(allBytes()).toContain("crew.joined");
    for (const secret of secrets) expect(allBytes()).not.toContain(secret);
    expect(read(1).event.data).toEqual(zoe);
    await close();
    for (const secret of secrets) expect(allBytes()).not.toContain(secret);
    open();
    expect(read(1).event.data).toEqual(zoe);
  });

  test("fields that are not marked stay readable", async () => {
    await append(joined(zoe));
    const stored = log.at(1)?.event.data as typeof zoe;
    expect(stored.id).toBe("z");
    expect(stored.contacts[1]).toEqual({ kind: "none" });
    expect(stored.notes?.["first"]?.at).toBe(7);
    expect(stored.notes?.["second"]?.text).toBeNull();
  });

  test("an event without sensitive fields passes as it is", () => {
    const plain = left({ id: "z" });
    expect(sealer.seal(left, plain)).toBe(plain);
  });

  test("the same text is sealed differently each time", () => {
    const once = sealer.seal(joined, joined(zoe)).data as typeof zoe;
    const twice = sealer.seal(joined, joined(zoe)).data as typeof zoe;
    expect(once.name).not.toBe(twice.name);
  });

  test("an event with sensitive fields must say whom they are about", () => {
    const nobody = event("crew.seen", z.object({ name: sensitive() }), { says: () => "Seen." });
    expect(() => sealer.seal(nobody, nobody({ name: "Zoë" }))).toThrow("names no subject");
  });

  test("a sealed text that was tampered with is not opened", async () => {
    await append(joined(zoe));
    const found = log.at(1);
    if (!found) throw new Error("There is no record.");
    const data = found.event.data as typeof zoe;
    const name = data.name.slice(0, -2) + (data.name.endsWith("AA") ? "BB" : "AA");
    const forged = { ...found, event: { ...found.event, data: { ...data, name } } };
    expect(() => sealer.unseal(joined, forged)).toThrow();
  });

  test("fields of a schema that contains itself are sealed at every depth", () => {
    type Node = { id: string; name: string; under: Node[] };
    const Node: z.ZodType<Node> = z.object({
      id: z.string(),
      name: sensitive(),
      under: z.array(z.lazy(() => Node)),
    });
    const grown = event("tree.grown", Node, { says: () => "Grown.", subject: ({ id }) => id });
    const leaf = (name: string, under: Node[] = []): Node => ({ id: "t", name, under });
    const tree = leaf("root", [leaf("branch", [leaf("secret leaf")])]);
    const sealed = sealer.seal(grown, grown(tree));
    for (const name of ["root", "branch", "secret leaf"])
      expect(JSON.stringify(sealed)).not.toContain(`"${name}"`);
    const recorded = { event: sealed } as Recorded<typeof sealed>;
    expect(sealer.unseal(grown, recorded).event.data).toEqual(tree);
  });
});

describe("what is sensitive", () => {
  const says = (): string => "Something.";

  test("a schema that contains itself and marks nothing is not", () => {
    type Node = { under: Node[] };
    const Node: z.ZodType<Node> = z.object({ under: z.array(z.lazy(() => Node)) });
    expect(isSensitive(event("tree.grown", Node, { says }))).toBe(false);
    expect(isSensitive(joined)).toBe(true);
  });

  test("a field that two options of a union mark is sealed once, whatever its text looks like", () => {
    const Either = z.union([
      z.object({ a: sensitive(), b: z.string().optional() }),
      z.object({ a: sensitive(), c: z.string().optional() }),
    ]);
    const said = event("either.said", Either, { says, subject: () => "me" });
    const victim = sealer.seal(joined, joined(zoe)).data as typeof zoe;
    for (const a of ["plain", victim.name]) {
      const sealed = sealer.seal(said, said({ a }));
      expect(sealed.data.a).not.toBe(a);
      const recorded = { event: sealed } as Recorded<typeof sealed>;
      expect(sealer.unseal(said, recorded).event.data).toEqual({ a });
    }
  });
});

describe("erasing", () => {
  test("what was about the subject reads erased, for good, and the chain still verifies", async () => {
    await append(joined(zoe), joined({ ...zoe, id: "other" }));
    expect(sealer.erase("crew/z")).toBe(true);
    const check = (): void => {
      expect(read(1).event.data).toEqual({
        id: "z",
        name: ERASED,
        phone: ERASED,
        born: ERASED,
        contacts: [{ kind: "mail", address: ERASED }, { kind: "none" }],
        notes: { first: { text: ERASED, at: 7 }, second: { text: null, at: 8 } },
      });
      expect(read(2).event.data).toEqual({ ...zoe, id: "other" });
    };
    check();
    await close();
    open();
    check();
    expect(await log.verify()).toMatchObject({ checked: 2 });
    expect(sealer.erase("crew/z")).toBe(false);
  });

  test("the key itself is gone from every byte of its files", async () => {
    const dealt: Uint8Array[] = [];
    const watched = {
      ...clock,
      secret: (bytes: number) => {
        const made = clock.secret(bytes);
        if (bytes === 32) dealt.push(made.slice());
        return made;
      },
    };
    sealer.close();
    sealer = openSealer({ path: join(folder, "keys.db"), clock: watched });
    await append(joined(zoe), joined({ ...zoe, id: "other" }));
    const [mine, others] = dealt.map((key) => Buffer.from(key).toString("latin1"));
    expect(allBytes()).toContain(String(mine));
    sealer.erase("crew/z");
    expect(allBytes()).not.toContain(String(mine));
    expect(allBytes()).toContain(String(others));
  });

  test("a subject that comes back gets a new key, which opens nothing of before", async () => {
    await append(joined(zoe));
    sealer.erase("crew/z");
    expect(sealer.knows("crew/z")).toBe(false);
    await append(joined(zoe));
    expect((read(1).event.data as typeof zoe).name).toBe(ERASED);
    expect(read(2).event.data).toEqual(zoe);
    expect(sealer.knows("crew/z")).toBe(true);
  });
});
