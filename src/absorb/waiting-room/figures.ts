import type { Read, Series } from "#kernel";
import * as z from "zod";
import { type Config, type RoomConfig, restingMode } from "./config.ts";
import {
  admitted,
  Audit,
  HubStatus,
  people,
  refused,
  type RoomNow,
  type status,
  waited,
} from "./contract.ts";
import { hubCluster, pagesCluster } from "./workers/contract.ts";
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

function history(read: Read<Config>, room: string, minutes: number): RoomNow["history"] {
  const { counters, now } = read;
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

async function roomNow(
  read: Read<Config>,
  [id, room]: [string, RoomConfig],
  minutes: number,
): Promise<RoomNow> {
  const { counters, now } = read;
  const range = { from: now - minuteMs, to: now + 1 };
  const where = { where: { room: id } };
  const total = (of: typeof admitted | typeof refused): number =>
    counters.total(of, range, where).reduce((sum, { value }) => sum + value, 0);
  const { override, numbers = room } = read.view(said)[id] ?? {};
  const heard = HubStatus.safeParse(
    await askHub(read, { ask: "status", room: id }).catch(() => null),
  );
  const waits = counters.quantiles(waited, { ...range, step: "1m" }, shownWaits, where);
  const wait = (quantile: number): number | null =>
    waits
      .find(({ labels }) => labels["quantile"] === String(quantile))
      ?.points.findLast((point) => point !== null) ?? null;
  return {
    ...{ room: id, places: room.routes, activeMax: numbers.activeMax, order: room.order },
    ...{ newPerMinute: numbers.newPerMinute, sessionMs: room.session, refreshMs: room.poll },
    now: heard.data ?? unheard(room),
    override:
      override === undefined
        ? null
        : {
            ...{ is: override.is, reason: override.reason },
            ...(override.endsAt === undefined ? {} : { endsAt: override.endsAt }),
          },
    ...{ admittedPerMinute: total(admitted), refusedPerMinute: total(refused) },
    ...{ waitedMs: { p50: wait(0.5), p95: wait(0.95) }, events: plannedFor(room, now) },
    history: history(read, id, minutes),
  };
}

/** Every room, or one of them, as it is now. */
export async function statusNow(
  read: Read<Config>,
  { room, minutes }: { room?: string | undefined; minutes: number },
): Promise<Status> {
  const rooms = Object.entries(read.config.rooms).filter(
    ([id]) => room === undefined || id === room,
  );
  return {
    at: read.now,
    rooms: await Promise.all(rooms.map((each) => roomNow(read, each, minutes))),
  };
}

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

/** The waiting page, from a worker: it is what visitors would get. */
export async function previewNow(
  read: Read<Config>,
  asked: z.infer<typeof pagesCluster.schema>,
): Promise<{ html: string | null }> {
  const heard = await read.bus
    .request(pagesCluster.name, asked, { timeoutMs: hubAnswersWithinMs })
    .catch(() => null);
  return Page.safeParse(heard).data ?? { html: null };
}
const Page = z.object({ html: z.string().nullable() });
