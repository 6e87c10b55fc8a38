import { type Effects, every, type Reaction } from "#kernel";
import type { Config } from "../config.ts";
import { diskFilling, diskRoomy } from "../contract.ts";
import { endOf, ownView } from "./open.ts";

const lookEveryMs = 60_000;
/** So much more must be free before it counts as roomy again. */
const calmShare = 0.02;

type Level = "low" | "critical";
const levelOf = (share: number, { diskLow, diskCritical }: Config["own"]): Level | undefined =>
  share < diskCritical ? "critical" : share < diskLow ? "low" : undefined;

/** The worst that was told and is not over, by the log. */
function toldOf(fx: Effects): Level | undefined {
  const open = Object.values(fx.view(ownView)).filter(
    (each) => each.labels["alertname"] === "DiskFilling" && endOf(each, fx.now) === undefined,
  );
  if (open.length === 0) return undefined;
  return open.some(({ labels }) => labels["severity"] === "critical") ? "critical" : "low";
}

async function lookAtDisk(fx: Effects<Config>): Promise<void> {
  const { freeBytes, totalBytes } = await fx.stores.disk();
  const share = totalBytes === 0 ? 1 : freeBytes / totalBytes;
  const told = toldOf(fx);
  const level = levelOf(share, fx.config.own);
  const isCalm = levelOf(share - calmShare, fx.config.own) === undefined;
  if (level !== undefined && level !== told && !(level === "low" && told === "critical"))
    await fx.record("disk", [diskFilling({ level, freeBytes, totalBytes })]);
  if (told !== undefined && isCalm) await fx.record("disk", [diskRoomy({ freeBytes })]);
}

export const diskReaction: Reaction = every("alerts.disk", lookEveryMs, lookAtDisk);
