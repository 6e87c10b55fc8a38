import { testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { corpus, eventIn, hasCorpus, withEvent } from "../inbox.testing.ts";
import { Keeping } from "../intake/keep.ts";
import { outpostName } from "../intake/picture.ts";
import { Project } from "../intake/projects.ts";
import { type Ready, work } from "../intake/ready.ts";
import { inbox } from "../intake/schema.ts";
import { noteAlgorithm } from "./upgrade.ts";

const day = 86_400_000;
const scrub = {
  keys: [],
  keepKeys: [],
  patterns: [],
  variables: "keep",
  addresses: "drop",
} as const;
const project = new Project(
  {
    ...{ number: 1, project: "shop", keys: [], owners: [] },
    ...{ eventsPerMinuteMax: 1e6, newIssuesPerHourMax: 1e6 },
    scrub: { ...scrub, keys: [], keepKeys: [], patterns: [] },
  },
  undefined,
);

/** A store that takes events as an inbox of one version of Castor does after the other. */
function store() {
  const ports = testPorts();
  const outpost = ports.outposts.open(outpostName, ports.stores);
  const kept = outpost.stores.open(inbox);
  const keeping = new Keeping();
  let nth = 0;
  let now = ports.clock.now();
  const events = corpus(withEvent).map((name) => {
    const ready = work({
      ...{
        payload: Buffer.from(JSON.stringify(eventIn(name))),
        scrub: { ...scrub, keys: [], keepKeys: [], patterns: [] },
      },
      ...{ received: ports.clock.now(), sentAt: undefined, ids: [], address: "" },
      mapping: { project: 1, generation: 0 },
    });
    if (!ready || "asks" in ready) throw new Error(name);
    return ready;
  });
  const keys = (of: Ready): Pick<Ready, "grouping"> => ({ grouping: of.grouping });
  return {
    events,
    keys,
    pass: (ms: number) => {
      now += ms;
    },
    upgrade: (version: number) => kept.write((tables) => noteAlgorithm(tables, now, version)),
    /** Every recorded event once more, with keys of its own; gives the issue of each. */
    take: (keysOf: (of: Ready) => Pick<Ready, "grouping" | "former">, from = events) =>
      kept.write((tables) =>
        from.map((ready) => {
          const id = (++nth).toString(16).padStart(32, "0");
          const at = now;
          const arrival = { ...ready, ...keysOf(ready), project, id, at, received: at };
          const { issue } = keeping.keep(tables, arrival);
          keeping.settle(tables);
          return issue;
        }),
      ),
    issues: () => kept.tables.all<{ id: string; events: number }>("SELECT id, events FROM issues"),
  };
}

const renamed = ({ grouping }: Ready): Pick<Ready, "grouping" | "former"> => ({
  grouping: { ...grouping, exact: `2${grouping.exact}`, near: `2${grouping.near}` },
  former: grouping,
});
/** An algorithm that tells apart what was one: each way is an issue. */
const finer = ({ grouping }: Ready): Pick<Ready, "grouping" | "former"> => ({
  grouping: { ...grouping, exact: `2${grouping.exact}`, near: `2${grouping.exact}` },
  former: grouping,
});
/** One that makes one of all that is thrown alike. */
const coarser = ({ grouping, title }: Ready): Pick<Ready, "grouping" | "former"> => ({
  grouping: { ...grouping, exact: `2${grouping.exact}`, near: `2${title.type}` },
  former: grouping,
});

for (const [what, keysOf] of [
  ["names everything anew", renamed],
  ["tells more apart", finer],
  ["tells less apart", coarser],
] as const)
  test.skipIf(!hasCorpus)(
    `an algorithm that ${what} neither splits nor doubles an issue`,
    async () => {
      const { events, keys, take, upgrade, issues, pass } = store();
      await upgrade(1);
      const before = await take(keys);
      const count = issues().length;
      expect(count).toBeGreaterThan(15);
      await upgrade(2);
      pass(3 * day);
      expect(await take(keysOf)).toEqual(before);
      expect(issues()).toHaveLength(count);
      expect(issues().reduce((sum, each) => sum + each.events, 0)).toBe(2 * events.length);
      // The new keys lead there by themselves from now on.
      pass(40 * day);
      expect(await take((of) => ({ grouping: keysOf(of).grouping }))).toEqual(before);
    },
  );

test.skipIf(!hasCorpus)("former keys lead nowhere after thirty days", async () => {
  const { events, keys, take, upgrade, issues, pass } = store();
  const [one] = events;
  if (!one) throw new Error("no events");
  await upgrade(1);
  await take(keys, [one]);
  await upgrade(2);
  pass(31 * day);
  await take(renamed, [one]);
  expect(issues()).toHaveLength(2);
});
