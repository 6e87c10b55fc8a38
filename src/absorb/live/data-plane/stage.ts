import type { Place } from "../contract/orders.ts";
import type { StageRank, StageTold } from "../contract/stage.ts";
import type { Connection } from "./connection.ts";
import { readableBy } from "./http.ts";
import { textFrame } from "./web-socket.ts";

/** Screens that may watch one run on a node. */
export const stagesMax = 1_000;

function eventsHead(origin: string | undefined): Uint8Array {
  const more = Object.entries(origin === undefined ? {} : readableBy(origin));
  const lines = more.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n${lines}Connection: close\r\n\r\n`,
  );
}

/** The screens of one run: each hears all of the state each time, as WebSocket messages or as server-sent events. */
export class Stage {
  /** Once the show is over: numbers, and the names of those who agreed. */
  ranking: StageRank[] | null = null;
  private readonly screens = new Set<Connection>();
  private last: { frame: Uint8Array; event: Uint8Array } | undefined;

  get size(): number {
    return this.screens.size;
  }

  get isFull(): boolean {
    return this.screens.size >= stagesMax;
  }

  /** A screen by WebSocket has shaken hands already. */
  add(screen: Connection, way: "stage" | "stage-events"): void {
    screen.way = way;
    if (way === "stage-events") screen.write(eventsHead(screen.readableBy));
    this.screens.add(screen);
    if (this.last) this.send(screen, this.last);
  }

  rank(places: readonly Place[] | undefined): void {
    this.ranking ??= places?.map((place) => ({ ...place, name: null })) ?? null;
  }

  /** Who takes their name back is a number again. */
  name(names: readonly { index: number; name: string }[]): void {
    for (const place of this.ranking ?? [])
      place.name = names.find(({ index }) => index === place.index)?.name ?? null;
  }

  leave(screen: Connection): void {
    this.screens.delete(screen);
  }

  /** Screens come again by themselves. */
  end(): void {
    for (const screen of this.screens) screen.drop();
  }

  tell(told: StageTold): void {
    const text = JSON.stringify(told);
    this.last = { frame: textFrame(text), event: Buffer.from(`data: ${text}\n\n`) };
    for (const screen of this.screens) this.send(screen, this.last);
  }

  private send(
    screen: Connection,
    { frame, event }: { frame: Uint8Array; event: Uint8Array },
  ): void {
    // One that is behind misses this state: the next one holds everything again.
    if (screen.isSlow) return;
    screen.write(screen.way === "stage" ? frame : event);
  }
}
