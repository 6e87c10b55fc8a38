import { valueNamed } from "../value-named.ts";
import { admitted, refused, waited } from "../../../waiting-room/contract.ts";
import { type RoomPicture, type RoomsPicture } from "../../../waiting-room/workers/contract.ts";
import { textOf } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import { field } from "../field.ts";
import { obligingPath } from "../path-reading.ts";
import type { Refusal } from "../refusal.ts";
import { protoOf } from "../rules/rules.ts";
import { idOf } from "../request-id.ts";
import { RouteTable, covers } from "../route-table.ts";
import type { RequestHead } from "../request-head.ts";
import { Route } from "../snapshot.ts";
import type { Sum, Tally } from "../tallies.ts";
import * as answers from "./answers.ts";
import { Bypass } from "./bypass.ts";
import { cookieLine, cookieName, cookieOf } from "./cookie.ts";
import { Desk, type Verdict, waitingPassMs } from "./desk.ts";
import { WaitingPage } from "./page.ts";
import { newPassId, type Pass } from "./pass.ts";
import { Stay } from "./stay.ts";
import { type Asks, Talking } from "./talking.ts";
import { languageOf, type Language, words } from "./words.ts";

const refusals = ["waiting", "unsafe", "upgrade", "full", "forged", "replayed"] as const;

/** One room at this worker. */
type Door = {
  desk: Desk;
  talking: Talking;
  bypass: Bypass;
  page: WaitingPage;
  refused: Readonly<Record<(typeof refusals)[number], Sum>>;
  walkedIn: Sum;
  fromQueue: Sum;
  waited: { record(ms: number): void };
};
type Asked = Pick<Exchange, "client" | "head" | "bytes">;

/** The rooms of one worker: who may go on to an instance, and what the others are told. */
export class Rooms {
  readonly #tally: Tally;
  readonly #of: { bus: Asks; worker: string };
  #doors = new Map<string, Door>();
  #table = new RouteTable<Door>([], noDoor);

  constructor(tally: Tally, of: { bus: Asks; worker: string }) {
    this.#tally = tally;
    this.#of = of;
  }

  get isEmpty(): boolean {
    return this.#doors.size === 0;
  }

  /** Takes over a new picture; whoever is in or waits stays so. */
  apply({ rooms, keys }: RoomsPicture): void {
    const raw = keys.map(({ key }) => Uint8Array.fromBase64(key));
    const doors = new Map(rooms.map((room) => [room.id, this.#doorOf(room, raw)]));
    for (const [id, { talking }] of this.#doors) if (!doors.has(id)) talking.stop();
    this.#doors = doors;
    const routes = rooms.flatMap(({ id, places }) =>
      places.map((place) => Route.parse({ ...place, id, service: "-" })),
    );
    this.#table = new RouteTable<Door>(routes, ({ id }) => doors.get(id) ?? noDoor());
  }

  #doorOf(picture: RoomPicture, keys: readonly Uint8Array[]): Door {
    const { id: room } = picture;
    const known = this.#doors.get(room);
    const prepared = { bypass: new Bypass(picture.bypass), page: new WaitingPage(picture.page) };
    if (known !== undefined) {
      known.desk.picture = picture;
      known.desk.keys = keys;
      void known.talking.talk();
      return Object.assign(known, prepared);
    }
    const of = (why: (typeof refusals)[number]): Sum => this.#tally.sum(refused, { room, why });
    const counts = Object.fromEntries(refusals.map((why) => [why, of(why)])) as Door["refused"];
    const onFault = (fault: "forged" | "replayed"): void => counts[fault].add();
    const desk = new Desk({ picture, keys, newId: newPassId, onFault });
    return {
      ...prepared,
      desk,
      talking: new Talking(desk, this.#of),
      refused: counts,
      walkedIn: this.#tally.sum(admitted, { room, how: "walked-in" }),
      fromQueue: this.#tally.sum(admitted, { room, how: "queue" }),
      waited: this.#tally.quantiles(waited, { room }),
    };
  }

  /** Control may be back: all doors ask at once. */
  talk(): void {
    for (const { talking } of this.#doors.values()) void talking.talk();
  }
  stop(): void {
    for (const { talking } of this.#doors.values()) talking.stop();
  }

  /** Must a request see the room before what is kept? */
  comesFirst(head: RequestHead, bytes: Buffer): boolean {
    return this.#doorAt(head, bytes)?.desk.picture.holdsEverything === true;
  }

  /** Takes an exchange that may not go on now; `goOn` is called later where it must wait for the hub's word. */
  holds(exchange: Exchange, goOn: (exchange: Exchange) => void): boolean {
    const { head, bytes, client } = exchange;
    const door = this.#doorAt(head, bytes);
    if (door === undefined) return false;
    const isPeek = head.valueOf(field.waitingRoom, bytes) === "peek";
    const passes = this.#passes(door, exchange);
    if (passes && !isPeek) return false;
    const { desk } = door;
    const cookie = cookieOf(head, bytes, cookieName(desk.picture.id));
    if (isPeek) {
      const since = passes ? undefined : desk.peek(cookie, Date.now());
      exchange.refuse(
        since === undefined
          ? answers.turnAnswer()
          : answers.waitingAnswer(this.#asking(door, exchange), since),
      );
      return true;
    }
    const said = desk.visit(cookie, Date.now());
    if (said.is !== "asking") return !this.#decide(door, exchange, said);
    door.talking.ask(said, (verdict) => {
      if (client.exchange === exchange) {
        if (this.#decide(door, exchange, verdict)) goOn(exchange);
      } else if (verdict.is === "in" && verdict.pass !== undefined)
        desk.end(verdict.pass, Date.now()); // They left meanwhile: the place is for somebody else.
    });
    return true;
  }

  /** The waiting page of a room as a visitor would see it now. */
  previewOf(room: string, language: Language): string | undefined {
    const door = this.#doors.get(room);
    if (door === undefined) return undefined;
    const said = words[language];
    return door.page.filledFor({
      ...{ language, title: said.title, text: said.waits, more: said.keepOpen, note: "" },
      ...{ waitLabel: said.estimate, wait: said.minutes(3, 5), refreshSeconds: 20 },
      ...{ reason: "room.waiting", requestId: "preview" },
    });
  }

  /** True when the visitor is in and goes on. */
  #decide(door: Door, exchange: Exchange, verdict: Verdict): boolean {
    const { visitor } = exchange.client;
    if (verdict.is === "in") {
      const { pass } = verdict;
      const { sessionMs } = door.desk.picture.rules;
      const lines = pass && this.#carry(door, exchange, pass, sessionMs);
      visitor.stay = new Stay(lines, {
        turn: verdict.id,
        end: () => this.#end(door, exchange, pass),
      });
      if (verdict.waitedMs !== undefined) {
        door.fromQueue.add();
        door.waited.record(verdict.waitedMs);
      } else if (verdict.isNew === true) door.walkedIn.add();
      return true;
    }
    if (verdict.is === "waiting" && verdict.pass !== undefined)
      visitor.stay = new Stay(this.#carry(door, exchange, verdict.pass, waitingPassMs));
    exchange.refuse(this.#refusalFor(door, exchange, verdict));
    return false;
  }

  #refusalFor(door: Door, exchange: Exchange, verdict: Exclude<Verdict, { is: "in" }>): Refusal {
    const { head } = exchange;
    const asking = this.#asking(door, exchange);
    const why =
      verdict.is === "full"
        ? "full"
        : head.wantsUpgrade
          ? "upgrade"
          : head.method === "GET" || head.method === "HEAD"
            ? "waiting"
            : "unsafe";
    door.refused[why].add();
    if (verdict.is === "full") return answers.fullAnswer(asking);
    if (why === "upgrade") return answers.upgradeAnswer(asking);
    return why === "unsafe"
      ? answers.unsafeAnswer(asking)
      : answers.waitingAnswer(asking, verdict.since);
  }

  #asking({ desk, page }: Door, { client, head, bytes }: Asked): answers.Asking {
    const accept = head.valueOf(field.accept, bytes) ?? "";
    return {
      ...{
        desk,
        page,
        now: Date.now(),
        chance: Math.random(),
        requestId: idOf(client.visitor.idLine),
      },
      language: languageOf(valueNamed(head, bytes, "accept-language")),
      wantsJson: accept.includes("application/json") && !accept.includes("text/html"),
      path: textOf(bytes, head.pathStart, head.targetEnd),
    };
  }

  #carry({ desk }: Door, exchange: Exchange, pass: Pass, ageMs: number): Buffer {
    return this.#line(desk, exchange, { value: desk.seal(pass), ageMs });
  }

  #end({ desk }: Door, exchange: Exchange, given: Pass | undefined): Buffer {
    const { head, bytes } = exchange;
    if (given?.kind === "in") desk.end(given, Date.now());
    else desk.done(cookieOf(head, bytes, cookieName(desk.picture.id)), Date.now());
    return this.#line(desk, exchange, { value: "", ageMs: 0 });
  }

  #line({ picture }: Desk, exchange: Exchange, of: { value: string; ageMs: number }): Buffer {
    const { head, bytes, client } = exchange;
    const isSecure = protoOf({ visitor: client.visitor, head, bytes }) === "https";
    return cookieLine({
      ...of,
      name: cookieName(picture.id),
      isSecure,
      domain: picture.cookieDomain,
    });
  }

  /** Nobody queues for a preflight, which carries no cookies and shows nothing (Fetch §4.8). */
  #passes({ desk, bypass }: Door, { head, bytes, client }: Asked): boolean {
    if (desk.mode === "off" || head.method === "OPTIONS") return true;
    if (bypass.coversPath(head, bytes)) return true;
    return bypass.hasAddresses && bypass.coversAddress(client.visitor.addressOf(head, bytes));
  }

  #doorAt(head: RequestHead, bytes: Buffer): Door | undefined {
    const ways = head.hasHost
      ? this.#table.ofHostBytes(bytes, head.hostStart, head.hostEnd)
      : this.#table.ofHost("");
    if (ways.length === 0) return undefined;
    for (const way of ways) if (covers(way, bytes, head.pathStart, head.targetEnd)) return way.lane;
    // Nobody gets around a room by how a path is spelled.
    const other = obligingPath(bytes, head.pathStart, head.targetEnd);
    return other && ways.find((way) => covers(way, other, 0, other.length))?.lane;
  }
}

const noDoor = (): Door => {
  throw new Error("There is no such room.");
};
