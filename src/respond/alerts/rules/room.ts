import { admitted, people } from "../../../absorb/waiting-room/contract.ts";
import type { Numbers, Span } from "./numbers.ts";
import type { Watch } from "./watch.ts";

const minuteMs = 60_000;
const windowMs = 5 * minuteMs;
/** A line that grows less than this is one that comes and goes. */
const growthMin = 1.1;
const waitingMin = 20;

export const roomWatchName = "RoomFallsBehind";

/** How many wait in each room, as it was for half of the time. */
const waitingIn = (numbers: Numbers, span: Span): Map<string, number> =>
  new Map(
    numbers
      .distributions(people, span, { where: { what: "waiting" }, by: ["room"] })
      .map((each) => [each.labels["room"] ?? "", each.quantile(0.5) ?? 0]),
  );

/** A waiting room whose line grows although people are let in: capacity does not keep up with who comes. */
export const roomWatch = (drainsMs: number): Watch => ({
  name: roomWatchName,
  everyMs: minuteMs,
  windowMs: { min: minuteMs, max: 2 * windowMs },
  hold: { forMs: 3 * minuteMs, keepMs: 2 * minuteMs },
  look: (numbers, at) => {
    const lately = { from: at - minuteMs, to: at };
    const before = waitingIn(numbers, { from: at - windowMs, to: at - windowMs + minuteMs });
    const span = { from: at - windowMs, to: at };
    const letIn = new Map(
      numbers
        .total(admitted, span, { where: { how: "queue" }, by: ["room"] })
        .map(({ labels, value }) => [labels["room"] ?? "", value]),
    );
    return [...waitingIn(numbers, lately)].map(([room, waiting]) => {
      const perMinute = (letIn.get(room) ?? 0) / (windowMs / minuteMs);
      const minutes = waiting / Math.max(perMinute, 0.1);
      const grows = waiting >= waitingMin && waiting > growthMin * (before.get(room) ?? 0);
      const summary = `${Math.round(waiting)} people wait in ${room} and more come than are let in: the last one would wait ${Math.round(minutes)} min`;
      return {
        labels: { alertname: roomWatchName, room, severity: "error" },
        ...{ annotations: { summary }, value: minutes },
        isBad: grows && minutes * minuteMs > drainsMs,
      };
    });
  },
});
