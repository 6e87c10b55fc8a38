import type * as z from "zod";
import type { history, RoomNow, status } from "../../src/absorb/waiting-room/contract.ts";

const minuteMs = 60_000;

const room = (now: number, over: Partial<RoomNow>): RoomNow => ({
  ...{ room: "checkout", places: ["shop.example.org/checkout"] },
  ...{ activeMax: 400, newPerMinute: 120, mode: "when-full", active: 397, reserved: 3 },
  ...{ waiting: 1_482, enteredLastMinute: 117, isSettling: false, pacePerMinute: 118 },
  longestWaitMs: (1_482 / 118) * minuteMs,
  workers: [
    { worker: "gateway-1.a", heardAt: now - 400, lent: 0 },
    { worker: "gateway-2.b", heardAt: now - 700, lent: 0 },
  ],
  ...{ override: null, admittedPerMinute: 117, refusedPerMinute: 4_430, order: "fifo" },
  ...{ waitedMs: { p50: 6.2 * minuteMs, p95: 9.4 * minuteMs }, sessionMs: 5 * minuteMs },
  ...{ refreshMs: 20_000, events: [], ...over },
});

/** A shop whose checkout is full, and a quiz that begins soon. */
export function fakeRooms(): z.infer<(typeof status)["output"]> {
  const at = Date.now();
  const startsAt = Math.ceil(at / (10 * minuteMs)) * 10 * minuteMs;
  const quiz = { name: "quiz", startsAt, endsAt: startsAt + minuteMs, shuffles: true };
  const closed = { is: "closed", reason: "rehearsal", endsAt: at + 20 * minuteMs } as const;
  return {
    at,
    rooms: [
      room(at, {}),
      room(at, {
        ...{ room: "quiz", places: ["quiz.example.org/"], mode: "off" },
        ...{ active: 0, reserved: 0, waiting: 0, enteredLastMinute: 0, pacePerMinute: 2_000 },
        ...{ longestWaitMs: null, admittedPerMinute: 0, refusedPerMinute: 0, override: closed },
        waitedMs: { p50: null, p95: null },
        events: [{ ...quiz, preQueueAt: startsAt - 30_000 }],
      }),
    ],
  };
}

export function fakeRoomHistory(): z.infer<(typeof history)["output"]> {
  const stepMs = 10_000;
  const now = Math.floor(Date.now() / stepMs) * stepMs;
  const at = Array.from({ length: 60 }, (_, i) => now - (60 - i) * stepMs);
  return {
    ...{ stepMs, at, active: at.map((_, i) => Math.min(397, i * 14)) },
    waiting: at.map((_, i) => Math.max(0, (i - 26) * 44)),
    admittedPerMinute: at.map((_, i) => (i < 26 ? i * 5 : 116 + (i % 5))),
  };
}
