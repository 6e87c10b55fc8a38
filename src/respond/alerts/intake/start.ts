import { createTally, Outbox, type Outpost } from "#kernel";
import { isFiring } from "../model/alert.ts";
import { fingerprintOf, type Labels } from "../model/labels.ts";
import { Answers, type Serving } from "./answer.ts";
import { Counts } from "./counts.ts";
import { Desk } from "./desk.ts";
import { Litter } from "./litter.ts";
import { Look } from "./look.ts";
import { nowOf } from "./now.ts";
import { type Picture, picture } from "./picture.ts";
import { Pictured } from "./pictured.ts";
import { take } from "./take.ts";
import {
  type Finding,
  intakeCluster,
  intakeReport,
  type IntakeReport,
  type IntakeRequest,
} from "./topics.ts";
import { refused } from "../wire/replies.ts";

const lookEveryMs = 1_000;
const settleEveryMs = 10_000;

/** What Castor itself says goes under this name in the counters. */
const own = { name: "castor", intake: { labels: {} } };

export type RunningIntake = { desk(): Desk | undefined; close(): Promise<void> };

/** Starts the intake of alerts on the ports of its outpost; it works from the first picture on. */
export function startIntake(outpost: Outpost): RunningIntake {
  const { clock } = outpost;
  const pictured = new Pictured(outpost.clock);
  let taking: Taking | undefined;
  outpost.follow(picture, (next) => {
    if (!taking) taking = startTaking(outpost, pictured, next);
    else taking.configure(next);
    pictured.set(next);
  });
  outpost.serve(
    (request) => taking?.answers.answer(request) ?? refused("generic", 503, "Castor is starting."),
  );
  const leave = outpost.bus.serve(intakeCluster.name, {
    request: async ({ body }) => {
      if (!taking) throw new Error("The intake is starting.");
      const request = intakeCluster.schema.parse(body);
      return await answerControl({ ...taking.of, now: clock.now() }, request);
    },
  });
  return {
    desk: () => taking?.of.desk,
    close: async () => {
      leave();
      await taking?.close();
    },
  };
}

type Taking = {
  of: Serving;
  answers: Answers;
  configure(next: Picture): void;
  close(): Promise<void>;
};

function startTaking(outpost: Outpost, pictured: Pictured, first: Picture): Taking {
  const { clock, bus } = outpost;
  const desk = new Desk(outpost.stores, first.policy, clock.now());
  const tally = createTally({ from: `${outpost.name}.${clock.id()}`, clock });
  const of = { outpost, desk, pictured, tally, litter: new Litter() };
  const outbox = new Outbox<Finding>({
    ...{ outpost, store: desk.store },
    send: (findings, timeoutMs) => {
      const report: IntakeReport = { kind: "found", findings: [...findings] };
      return bus.request(intakeReport.name, report, { timeoutMs });
    },
  });
  const look = new Look({ ...of, outbox, counts: new Counts(outpost, tally) });
  let isClosed = false;
  const again = (ms: number, act: () => Promise<unknown>): void => {
    if (isClosed) return;
    clock.at(clock.now() + ms, () => {
      act()
        .catch((why: unknown) => outpost.note(String(why)))
        .finally(() => again(ms, act));
    });
  };
  again(lookEveryMs, () => look.look());
  again(settleEveryMs, () => desk.settle(clock.now()));
  return {
    of,
    answers: new Answers(of),
    configure: ({ policy }) => {
      // Silences alone change more often, and gather nothing anew.
      if (!Bun.deepEquals(policy, desk.board.policy)) desk.board.configure(policy, clock.now());
    },
    close: async () => {
      isClosed = true;
      outbox.close();
      await desk.settle(clock.now()).catch((why: unknown) => outpost.note(String(why)));
      await desk.close();
    },
  };
}

/** What control asks for. */
async function answerControl(
  { desk, pictured, tally, litter, outpost, now }: Serving & { now: number },
  request: IntakeRequest,
): Promise<unknown> {
  if (request.do === "past") return desk.past(request);
  if (request.do === "end") return await end(desk, request, now);
  const picture = await pictured.with(request.do === "now" ? request.silenceTurns : 0);
  if (!picture) throw new Error("The intake is starting.");
  if (request.do === "now") return nowOf(desk.board, picture.silences, now);
  const work = { desk, picture, tally, litter, now, id: () => outpost.clock.id() };
  return await take(work, own, request.alerts);
}

async function end(
  desk: Desk,
  { labels, at }: { labels: Labels; at: number },
  now: number,
): Promise<"noted"> {
  const known = desk.board.entries.get(fingerprintOf(labels))?.alert;
  if (known && isFiring(known, now) && known.startsAt <= at)
    await desk.receive([{ ...known, endsAt: now, updatedAt: now }], now);
  return "noted";
}
