import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { livePicture, relaysMax, showsNow, tooManyRelays, unknownRelay } from "./contract.ts";
import { relayAdmitted } from "./contract/facts.ts";
import { live } from "./index.ts";
import { aShow } from "./show.testing.ts";
import { keyOf } from "./tokens.ts";
import { checkToken } from "./wire/token.ts";

type Admitted = { token: string; expiresAt: number; nodes: string[] };

async function aShowWithRelays() {
  const show = await aShow();
  const { castor, ports } = show;
  const run = () => ports.snapshots.get(livePicture)?.value.runs[0];
  const admit = async (relay: string, more: object = {}): Promise<Admitted> =>
    (await castor.act("live.relay", { show: "final", relay, ...more })) as Admitted;
  /** The number that stands in its token. */
  const numberIn = ({ token }: Admitted): number => {
    const fields = checkToken(keyOf(run() as never), token, castor.clock.now() / 1_000);
    if (typeof fields === "number") throw new Error(`not taken: ${fields}`);
    expect(fields.kind).toBe(2);
    return fields.index;
  };
  const ended = async (): Promise<readonly number[]> => {
    await castor.advance(0);
    return run()?.endedRelays ?? [];
  };
  return { ...show, admit, numberIn, ended };
}

test("a relay gets its token once the doors are open, for a time, and the log says so without it", async () => {
  await using show = await aShowWithRelays();
  const { castor } = show;
  const early = await castor.act("live.relay", { show: "final", relay: "north" });
  expect(isRefusal(early) && early.problem.type).toBe("live.not-now");
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  const admitted = await show.admit("north", { for: "2h" });
  expect(admitted.expiresAt).toBe(castor.clock.now() + 7_200_000);
  expect(admitted.nodes).toEqual(["http://127.0.0.1:7700/live/final"]);
  expect(show.numberIn(admitted)).toBeGreaterThanOrEqual(0);
  const facts = JSON.stringify(castor.facts());
  expect(facts).toContain("live.relay-admitted");
  expect(facts).not.toContain(admitted.token);
  const longest = await show.admit("south", { for: "900d" });
  expect(longest.expiresAt).toBe(castor.clock.now() + 31 * 86_400_000);
});

test("a relay is ended by its name or by a new token, and nodes know it until its time is over", async () => {
  await using show = await aShowWithRelays();
  const { castor } = show;
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  const end = (relay: string) => castor.run("live.end-relay", { show: "final", relay });
  const stranger = await end("north");
  expect(isRefusal(stranger) && stranger.problem.type).toBe(unknownRelay.type);
  const first = show.numberIn(await show.admit("north", { for: "1h" }));
  expect(await show.ended()).toEqual([]);
  const second = show.numberIn(await show.admit("north", { for: "2h" }));
  const listed = async () => (await castor.ask(showsNow, { show: "final" })).shows[0]?.relays;
  expect(await listed()).toEqual([{ relay: "north", until: castor.clock.now() + 7_200_000 }]);
  expect(await show.ended()).toEqual([first]);
  await end("north");
  await end("north");
  expect(await show.ended()).toEqual([first, second]);
  expect(await listed()).toEqual([]);
  await castor.advance(3_600_000);
  await show.admit("south");
  expect(await show.ended()).toEqual([second]);
});

test("a show has only so many relays, and those of its rehearsal are others", async () => {
  await using show = await aShowWithRelays();
  const { castor } = show;
  await castor.run("live.open-doors", { show: "final" });
  await castor.run("live.open-doors", { show: "final~rehearsal" });
  await castor.advance(0);
  const fx = castor.castor.effects(live, { actor: { kind: "system", id: "test" } });
  const at = castor.clock.now();
  await fx.record(
    "shows",
    Array.from({ length: relaysMax }, (_, number) =>
      relayAdmitted({ show: "final", at, relay: `r${number}`, number, until: at + 60_000 }),
    ),
  );
  const refused = await castor.act("live.relay", { show: "final", relay: "one-more" });
  expect(isRefusal(refused) && refused.problem.type).toBe(tooManyRelays.type);
  const other = await castor.act("live.relay", { show: "final~rehearsal", relay: "north" });
  expect(other).toHaveProperty("token");
});
