import {
  type DeskOrders,
  DeskReport,
  type RoomPicture,
} from "../../../waiting-room/workers/contract.ts";
import type { Asks } from "./talking.ts";

/** A room before everything, with the usual numbers. */
export const roomPicture = (over: Partial<RoomPicture> = {}): RoomPicture => ({
  ...{ id: "sale", places: [{ hosts: [], pathPrefix: "/" }], mode: "when-full" },
  ...{ refreshMs: 20_000, bypass: { paths: [], addresses: [] }, holdsEverything: false },
  rules: {
    ...{ activeMax: 5, newPerMinute: 5, windowMs: 60_000, order: "fifo", sessionMs: 300_000 },
    ...{ patienceMs: 60_000, refreshMsMax: 22_000, waitingMax: 100 },
  },
  ...{ status: 200, page: {}, ...over },
});

/** A hub that says what a test wants: calls those it is told to call, and lets each in once. */
export class StubHub implements Asks {
  orders: DeskOrders = {
    ...{ hub: "hub", tellAll: false, isSettling: false, mode: "when-full", admitted: [] },
    ...{ spent: [], entered: [], lent: 0, isFull: false, line: [], pacePerMinute: 5 },
  };
  isAway = false;
  asked = 0;
  readonly left: string[] = [];
  /** Who was called, and heard of at the desk. */
  readonly told = new Set<string>();
  readonly #called = new Set<string>();

  call(id: string): void {
    this.#called.add(id);
  }

  async request(_: string, body: unknown): Promise<DeskOrders> {
    if (this.isAway) throw new Error("away");
    const report = DeskReport.parse(body);
    this.left.push(...report.left);
    const entered = report.claims.filter((id) => this.#called.delete(id));
    const spent = report.claims.filter((id) => !entered.includes(id));
    const orders = { ...this.orders, admitted: [...this.#called], entered, spent };
    for (const id of this.#called) this.told.add(id);
    this.asked++;
    return structuredClone(orders);
  }
}
