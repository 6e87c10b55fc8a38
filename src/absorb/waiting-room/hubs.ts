import { type Effects, processesOf } from "#kernel";
import type * as z from "zod";
import type { Config } from "./config.ts";
import { type Audit, type EventNow, type HubStatus, people } from "./contract.ts";
import { type DeskOrders, DeskReport, hubCluster, roomsCluster } from "./workers/contract.ts";
import { RoomHub } from "./hub.ts";
import { Happenings } from "./happenings.ts";
import { Room } from "./room.ts";
import { said } from "./said.ts";
import { eventAt, termsOf } from "./terms.ts";

type Asked = z.infer<typeof hubCluster.schema>;
/** A room with what this control knows of it. */
type Kept = { hub: RoomHub; happenings: Happenings; event: EventNow | undefined; seed: number };

/** Every room's hub, in control. A control that starts knows nothing: the workers tell it. */
export class Hubs {
  readonly #fx: Effects<Config>;
  readonly #name: string;
  readonly #rooms = new Map<string, Kept>();

  constructor(fx: Effects<Config>) {
    this.#fx = fx;
    this.#name = fx.id();
  }

  /** Answers workers and questions over the bus, for as long as control runs. */
  serve(): void {
    const { bus, signal } = this.#fx;
    const leave = [
      bus.serve(roomsCluster.name, {
        request: async ({ body }) => this.#hear(DeskReport.parse(body)),
      }),
      bus.serve(hubCluster.name, {
        request: async ({ body }) => this.#answer(hubCluster.schema.parse(body)),
      }),
    ];
    signal.addEventListener("abort", () => leave.forEach((stop) => stop()), { once: true });
  }

  #hear(report: DeskReport): DeskOrders {
    const kept = this.#keptOf(report.room);
    if (kept === undefined) throw new Error(`There is no room ${report.room}.`);
    return kept.hub.hear(report, this.#fx.now, this.#workers());
  }

  async #answer(asked: Asked): Promise<HubStatus | Audit | { admitted: number } | null> {
    const { now } = this.#fx;
    if (asked.ask === "tick") {
      await this.#tick();
      return null;
    }
    const kept = this.#keptOf(asked.room);
    if (kept === undefined) return null;
    if (asked.ask === "status") return kept.hub.status(now);
    if (asked.ask === "audit") return kept.hub.room.fairness.audit(asked.room);
    return { admitted: kept.hub.admitMore(asked.count, now) };
  }

  /** Each second: what there is to count, and what became of the line and of events. */
  async #tick(): Promise<void> {
    const { config } = this.#fx;
    for (const id of this.#rooms.keys()) if (config.rooms[id] === undefined) this.#rooms.delete(id);
    for (const id of Object.keys(config.rooms)) {
      const kept = this.#keptOf(id);
      if (kept === undefined) continue;
      const { room } = kept.hub;
      for (const [what, count] of [
        ["active", room.activeCount - room.reservedCount],
        ["waiting", room.waitingCount],
      ] as const)
        this.#fx.count(people, { room: id, what }, count);
      await kept.happenings.look(kept.hub, kept.event, this.#fx.now);
    }
  }

  /** The room as it holds now; made when it is asked for first. */
  #keptOf(id: string): Kept | undefined {
    const { config, now } = this.#fx;
    const room = config.rooms[id];
    if (room === undefined) return undefined;
    const known = this.#rooms.get(id);
    const event = eventAt(room, now);
    const isSame = known?.event?.startsAt === event?.startsAt;
    const seed = known !== undefined && isSame ? known.seed : this.#newSeed();
    const terms = termsOf(room, { said: this.#fx.view(said)[id] ?? {}, event, seed }, now);
    if (known !== undefined) {
      Object.assign(known, { event, seed });
      known.hub.room.terms = terms;
      return known;
    }
    const hub = new RoomHub(new Room(terms, () => this.#fx.random()), this.#name, now);
    const kept = { hub, happenings: new Happenings(id, this.#fx), event, seed };
    this.#rooms.set(id, kept);
    return kept;
  }

  #newSeed(): number {
    return Math.floor(this.#fx.random() * 2 ** 48);
  }

  /** How many workers there should be to tell what they know. */
  #workers(): number {
    return this.#fx.snapshots.get(processesOf("gateway"))?.value.processes.length ?? 1;
  }
}
