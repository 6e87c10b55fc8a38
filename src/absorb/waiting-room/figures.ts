import type { Read, Series } from "#kernel";
import * as z from "zod";
import { type Config, restingMode, type RoomConfig } from "./config.ts";
import {
  admitted,
  Audit,
  type history,
  HubStatus,
  people,
  refused,
  type RoomNow,
  type status,
  waited,
} from "./contract.ts";
import { hubCluster } from "./workers/contract.ts";
import type { Override } from "./modes.ts";
import { said } from "./said.ts";
import { plannedFor } from "./terms.ts";

const stepMs = 10_000;
const minuteMs = 60_000;
const hubAnswersWithinMs = 1_000;
const shownWaits = [0.5, 0.95];

type Status = z.infer<(typeof status)["output"]>;

/** What a room is like before its hub has heard anything. */
const unheard = (room: RoomConfig): HubStatus => ({
  ...{ mode: restingMode(room), active: 0, reserved: 0, waiting: 0, enteredLastMinute: 0 },
  ...{ isSettling: true, pacePerMinute: 0, longestWaitMs: null, workers: [] },
});

async function askHub(read: Read<Config>, asked: z.infer<typeof hubCluster.schema>) {
  return read.bus.request(hubCluster.name, asked, { timeoutMs: hubAnswersWithinMs });
}

const line = (series: readonly Series[], steps: number): (number | null)[] =>
  series[0]?.points ?? Array.from({ length: steps }, () => null);

/** What the charts show, in steps of ten seconds. */
export function historyNow(
  { counters, now }: Read<Config>,
  { room, minutes }: { room: string; minutes: number },
): z.infer<(typeof history)["output"]> {
  const to = Math.floor(now / stepMs) * stepMs;
  const range = { from: to - minutes * minuteMs, to, step: "10s" } as const;
  const steps = (to - range.from) / stepMs;
  const count = (what: string): (number | null)[] =>
    line(counters.quantiles(people, range, [0.5], { where: { room, what } }), steps);
  const came = line(counters.sum(admitted, range, { where: { room } }), steps);
  return {
    ...{ stepMs, active: count("active"), waiting: count("waiting") },
    at: Array.from({ length: steps }, (_, i) => range.from + i * stepMs),
    admittedPerMinute: came.map((each) => (each === null ? null : each * (minuteMs / stepMs))),
  };
}

/** Who came in, who did not, and how long they waited, within the last minute. */
function lastMinute(
  { counters, now }: Read<Config>,
  room: string,
): Pick<RoomNow, "admittedPerMinute" | "refusedPerMinute" | "waitedMs"> {
  const range = { from: now - minuteMs, to: now + 1 };
  const where = { where: { room } };
  const total = (of: typeof admitted | typeof refused): number =>
    counters.total(of, range, where).reduce((sum, { value }) => sum + value, 0);
  const waits = counters.quantiles(waited, { ...range, step: "1m" }, shownWaits, where);
  const wait = (quantile: number): number | null =>
    waits
      .find(({ labels }) => labels["quantile"] === String(quantile))
      ?.points.findLast((point) => point !== null) ?? null;
  return {
    ...{ admittedPerMinute: total(admitted), refusedPerMinute: total(refused) },
    waitedMs: { p50: wait(0.5), p95: wait(0.95) },
  };
}

/** Every room, or one of them, as it is now. */
export async function statusNow(
  read: Read<Config>,
  { room: only }: { room?: string | undefined },
): Promise<Status> {
  const { now: at, config } = read;
  const rooms = Object.entries(config.rooms).filter(([id]) => only === undefined || id === only);
  const words = read.view(said);
  const roomNow = async ([id, room]: [string, RoomConfig]): Promise<RoomNow> => {
    const heard = await askHub(read, { ask: "status", room: id }).catch(() => null);
    const { override, numbers = room } = words[id] ?? {};
    return {
      ...{ room: id, places: room.routes },
      ...{ activeMax: numbers.activeMax, newPerMinute: numbers.newPerMinute },
      ...(HubStatus.safeParse(heard).data ?? unheard(room)),
      override: override === undefined ? null : overrideNow(override),
      ...lastMinute(read, id),
      ...{ order: room.order, sessionMs: room.session, refreshMs: room.poll },
      events: plannedFor(room, at),
    };
  };
  return { at, rooms: await Promise.all(rooms.map(roomNow)) };
}

const overrideNow = ({ is, reason, endsAt }: Override): RoomNow["override"] => ({
  ...{ is, reason },
  ...(endsAt === undefined ? {} : { endsAt }),
});

/** The account of who got in when, since the line began; of every room, or of one. */
export async function auditNow(
  read: Read<Config>,
  { room }: { room?: string | undefined },
): Promise<{ rooms: Audit[] }> {
  const rooms: Audit[] = [];
  for (const id of Object.keys(read.config.rooms)) {
    if (room !== undefined && id !== room) continue;
    const heard = Audit.safeParse(await askHub(read, { ask: "audit", room: id }).catch(() => null));
    if (heard.success) rooms.push(heard.data);
  }
  return { rooms };
}
