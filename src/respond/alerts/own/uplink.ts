import { type Effects, every, type Millis, type Reaction, perCastor } from "#kernel";
import type { Config } from "../config.ts";
import { uplinkBack, uplinkLost } from "../contract.ts";
import { endOf, type OwnAlert, ownView } from "./open.ts";
import { uplinkAlert } from "./sources.ts";

const lookEveryMs = 10_000;
const answerWithinMs = 3_000;
/** Once is a lost packet. */
const failuresMin = 2;

const triesOf = perCastor(() => ({ failed: 0 }));
const openOf = (fx: Effects): OwnAlert | undefined =>
  Object.values(fx.view(ownView)).find(
    (each) => each.labels["alertname"] === uplinkAlert && endOf(each, fx.now) === undefined,
  );

/** Why none answers; undefined when one does. */
async function whyLost(fx: Effects, targets: readonly string[]): Promise<string | undefined> {
  const tried = targets.map((target) => {
    const [host = "", port = "0"] = target.split(":");
    return fx.net.connect({ host, port: Number(port), timeoutMs: answerWithinMs });
  });
  try {
    await Promise.any(tried);
    return undefined;
  } catch (error) {
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
    return first instanceof Error ? first.message : String(first);
  }
}

async function lookAtUplink(fx: Effects<Config>): Promise<void> {
  const targets = fx.config.own.uplink;
  const open = openOf(fx);
  const why = targets.length === 0 ? undefined : await whyLost(fx, targets);
  const tries = triesOf(fx);
  tries.failed = why === undefined ? 0 : tries.failed + 1;
  if (why !== undefined && open === undefined && tries.failed >= failuresMin)
    await fx.record("uplink", [uplinkLost({ targets, why })]);
  if (why === undefined && open !== undefined) {
    const lostMs: Millis = fx.now - open.at;
    await fx.record("uplink", [uplinkBack({ lostMs })]);
  }
}

export const uplinkReaction: Reaction = every("alerts.uplink", lookEveryMs, lookAtUplink);
