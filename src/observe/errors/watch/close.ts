import { noteFirstHour } from "../spikes/first-hours.ts";
import { type Length, slotOf, tread } from "../spikes/windows.ts";
import { isProject, type Subject, type WatchMemory } from "./memory.ts";
import { type Alarm, calms, type Surroundings, turn } from "./watched.ts";

/** What is known of a project when a slot ends: its exposure, and what its errors are judged by. */
export type Around = Surroundings & { exposure: number };
type Closed = {
  calm: { subject: Subject; since: number }[];
  ramps: { subject: Subject; alarm: Alarm }[];
};

/** Closes the slot for all that is held, and for the ground under the rest. */
export function closeWindows(
  memory: WatchMemory,
  of: { length: Length; slot: number; around: (project: number) => Around },
): Closed {
  const { length, slot, around } = of;
  const open = [...memory.subjects].filter(({ watched }) => watched[length].open.slot === slot);
  const calm: Closed["calm"] = [];
  for (const subject of open) {
    const { watched, project } = subject;
    const here = around(project);
    watched[length].open.exposure = here.exposure;
    const since = watched.alarm?.since ?? 0;
    if (calms(watched, length, here)) calm.push({ subject, since });
    if (length === "slow" && slotOf(watched.bornAt, "slow") === slot) noteBirth(memory, subject);
  }
  for (const [number, whole] of memory.projects)
    tread(whole.grounds[length], slot, around(number).exposure, length);
  const ramps = open.flatMap((subject) => {
    const ramped = turn(subject.watched, length, around(subject.project));
    subject.isDirty = true;
    return ramped ? [{ subject, alarm: ramped }] : [];
  });
  return { calm, ramps };
}

/** Its first hour is over: the next new error of the project is measured by it. */
function noteBirth(memory: WatchMemory, { id, project, watched }: Subject): void {
  if (isProject(id)) return;
  const whole = memory.project(project, watched.bornAt);
  whole.firstHours = noteFirstHour(whole.firstHours, watched.slow.open.events);
}
