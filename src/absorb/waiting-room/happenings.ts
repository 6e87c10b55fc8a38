import type { Effects } from "#kernel";
import {
  eventEnded,
  type EventNow,
  eventStarted,
  preQueueOpened,
  queueBegan,
  queueEnded,
} from "./contract.ts";
import type { RoomHub } from "./hub.ts";

/** Nobody waits any more once nobody has for so long: those on the way back are not the end of it. */
const quietMs = 60_000;

/** Turns what becomes of one room's line and events into facts, each told once, also over a restart of control. */
export class Happenings {
  readonly #room: string;
  readonly #fx: Effects;
  /** Since when people wait; undefined while nobody does. */
  #queue: { beganAt: number; waitingMost: number; lastAt: number } | undefined;
  #event: EventNow | undefined;
  #toldOf = "";

  constructor(room: string, fx: Effects) {
    this.#room = room;
    this.#fx = fx;
    const last = fx.log.read(`waiting-room/${this.#queueKey}`, { backwards: true, limit: 1 })[0];
    if (last?.event.type === queueBegan.type)
      this.#queue = { beganAt: last.at, waitingMost: 0, lastAt: fx.now };
    const before = fx.log.read(`waiting-room/${this.#eventKey}`, { backwards: true, limit: 1 })[0];
    if (before !== undefined && before.event.type !== eventEnded.type)
      this.#event = before.event.data as EventNow;
  }

  get #queueKey(): string {
    return `queues/${this.#room}`;
  }
  get #eventKey(): string {
    return `events/${this.#room}`;
  }

  async look(hub: RoomHub, event: EventNow | undefined, now: number): Promise<void> {
    await this.#lookAtQueue(hub, now);
    await this.#lookAtEvent(hub, event, now);
  }

  async #lookAtQueue({ room }: RoomHub, now: number): Promise<void> {
    const { waitingCount } = room;
    if (this.#queue === undefined) {
      if (waitingCount === 0) return;
      this.#queue = { beganAt: now, waitingMost: waitingCount, lastAt: now };
      room.fairness.begin(now);
      const { mode, rules } = room.terms;
      const told = {
        ...{ room: this.#room, mode, activeMax: rules.activeMax, newPerMinute: rules.newPerMinute },
        ...{ active: room.activeCount, enteredLastMinute: room.enteredCount(now) },
      };
      await this.#fx.record(this.#queueKey, [queueBegan(told)]);
      return;
    }
    const queue = this.#queue;
    queue.waitingMost = Math.max(queue.waitingMost, waitingCount);
    if (waitingCount > 0) queue.lastAt = now;
    if (now - queue.lastAt < quietMs) return;
    this.#queue = undefined;
    const { beganAt, waitingMost, lastAt } = queue;
    const audit = room.fairness.audit(this.#room);
    const told = { room: this.#room, tookMs: lastAt - beganAt, waitingMost, audit };
    await this.#fx.record(this.#queueKey, [queueEnded(told)]);
  }

  async #lookAtEvent(hub: RoomHub, event: EventNow | undefined, now: number): Promise<void> {
    const before = this.#event;
    if (before !== undefined && before.startsAt !== event?.startsAt) {
      this.#event = undefined;
      await this.#tell("ended", before, eventEnded({ ...before, room: this.#room }));
    }
    if (event === undefined) return;
    this.#event = event;
    const about = { ...event, room: this.#room };
    if (now < event.startsAt) return this.#tell("pre-queue", event, preQueueOpened(about));
    const waiting = hub.room.waitingCount;
    return this.#tell("started", event, eventStarted({ ...about, waiting }));
  }

  /** The same is told once: its id is made of what happened. */
  async #tell(
    what: string,
    { name, startsAt }: EventNow,
    fact: Parameters<Effects["record"]>[1][number],
  ): Promise<void> {
    const id = `waiting-room/${this.#room}/${name}/${startsAt}/${what}`;
    if (id === this.#toldOf) return;
    this.#toldOf = id;
    await this.#fx.record(this.#eventKey, [fact], { id });
  }
}
