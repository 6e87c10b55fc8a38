import { capability, type Effects, started as onStart } from "#kernel";
import { spec, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { settings } from "../../platform/settings/index.ts";
import {
  ended,
  endOutOfRange,
  type Fault,
  faultsSnapshot,
  incomplete,
  now,
  type Picture,
  started,
  tooMany,
  touched,
  unknownFault,
  whatItDoes,
} from "./contract.ts";
import { atWork, start, StartFault, stop } from "./fault.ts";
import { faults } from "./index.ts";

const minute = 60_000;
const given = spec(atWork, z.object({}), 1_000);
const wanted = (more: Record<string, unknown>) =>
  StartFault.parse({ kind: "hang", reason: "what if the shop hangs", ...more });
const aFault = (over: Partial<Fault> = {}): Fault => ({
  ...{ id: "id-1", kind: "hang", share: 1, where: {}, requestsMax: 10_000, activeMax: 100 },
  ...{ startedAt: 1_000, endsAt: 1_000 + 5 * minute, reason: "what if the shop hangs" },
  ...over,
});

test("a fault starts with an end of its own, five minutes when nothing is said", () => {
  given().when(start, wanted({})).emits(started(aFault()));
  given()
    .when(start, wanted({ kind: "delay", delay: "2s", route: "*/", share: 0.1, for: "1h" }))
    .emits(
      started(
        aFault({
          ...{ kind: "delay", delayMs: 2_000, share: 0.1, where: { route: "*/" } },
          endsAt: 1_000 + 60 * minute,
        }),
      ),
    );
});

test("a fault without an end, without its behaviour, or one too many is refused", () => {
  for (const over of ["0s", "500ms", "61m"])
    given()
      .when(start, wanted({ for: over }))
      .refuses(endOutOfRange);
  for (const kind of ["delay", "abort", "slow-body"])
    given().when(start, wanted({ kind })).refuses(incomplete);
  given()
    .when(start, wanted({ kind: "delay", delay: "2m" }))
    .refuses(incomplete);
  const many = Array.from({ length: 20 }, (_, i) => started(aFault({ id: `id-${i}` })));
  given(...many)
    .when(start, wanted({}))
    .refuses(tooMany);
  const bad = [{ share: 0 }, { share: 2 }, { status: 200 }, { header: "a b: c" }, { address: "x" }];
  for (const each of bad)
    expect(StartFault.safeParse({ kind: "hang", reason: "because", ...each }).success).toBe(false);
});

test("one is ended by its id, all without", () => {
  const two = [started(aFault()), started(aFault({ id: "id-2" }))];
  given(...two)
    .when(stop, { id: "id-2" })
    .emits(ended({ id: "id-2", why: "asked" }));
  given(...two)
    .when(stop, {})
    .emits(ended({ id: "id-1", why: "asked" }), ended({ id: "id-2", why: "asked" }));
  given(...two)
    .when(stop, { id: "id-9" })
    .refuses(unknownFault);
  given().when(stop, {}).changesNothing();
});

test("what it does is said in words before and while it does it", () => {
  expect(
    whatItDoes(aFault({ kind: "abort", status: 503, share: 0.25, where: { route: "*/" } })),
  ).toBe("instances seem to answer 503 (route */, 25 % of them; at most 10000, 100 at once)");
  expect(whatItDoes(aFault({ kind: "delay", delayMs: 1_500 }))).toStartWith(
    "answers come 1.5 s later (all requests;",
  );
});

test("workers are told, what is touched is counted, and it ends when its time is over", async () => {
  const pictures: Picture[] = [];
  const reader = capability({
    id: "reader",
    about: "Reads the picture as workers do.",
    config: z.object({}),
    reactions: [
      onStart((fx: Effects) => {
        fx.bus.subscribe("snapshot.faults", () => {
          const picture = fx.snapshots.get(faultsSnapshot)?.value;
          if (picture !== undefined) pictures.push(picture);
        });
      }),
    ],
  });
  const ports = testPorts();
  await using castor = await testCastor([settings, faults, reader], { ports });
  await castor.run("faults.start", { kind: "abort", status: 500, reason: "a drill", for: "10m" });
  await castor.advance(1_000);
  const [fault] = pictures.at(-1)?.faults ?? [];
  expect(fault).toMatchObject({ kind: "abort", status: 500, reason: "a drill" });
  const labels = { fault: fault?.id ?? "", kind: "abort", route: "*/" };
  ports.counters.add(touched, labels, 7);
  expect((await castor.ask(now, {})).faults).toMatchObject([{ touched: 7, reason: "a drill" }]);
  await castor.advance(10 * minute);
  expect(pictures.at(-1)?.faults).toEqual([]);
  expect((await castor.ask(now, {})).faults).toEqual([]);
  expect(castor.types().filter((type) => type === "faults.ended")).toHaveLength(1);
});
