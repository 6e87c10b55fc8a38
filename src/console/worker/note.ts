import type { Payload } from "../../platform/push/contract.ts";
import type { NoteOptions } from "./scope.ts";

export type Note = Payload;

const icon = "/assets/castor-192.png";
const badge = "/assets/castor-badge-96.png";

/** Is this what Castor sends? It came encrypted for this browser, so only its shape is looked at. */
export function isNote(said: unknown): said is Note {
  if (typeof said !== "object" || said === null) return false;
  const { id, title, body, actions, device, receipt } = said as Partial<Note>;
  return (
    [id, title, body, device, receipt].every((each) => typeof each === "string") &&
    Array.isArray(actions)
  );
}

export const unreadable = {
  title: "Castor has something to tell you",
  body: "It could not be read here. Tap to look.",
  ...{ icon, badge, tag: "unreadable" },
};

/** How a note looks: what is urgent stays until somebody taps it, and sounds again when its thread goes on. */
export function optionsOf(note: Note): NoteOptions & { tag: string } {
  const { id, body, urgency, thread, actions, isSilent = false, isCanary = false } = note;
  const isQuiet = isSilent || isCanary;
  return {
    ...{ body, icon, badge, tag: thread ?? id, data: note },
    silent: isQuiet,
    renotify: !isQuiet,
    requireInteraction: urgency === "high" && !isQuiet,
    actions: actions.map(({ title }, place) => ({ action: String(place), title })),
  };
}

const doneStatus = (status: number): boolean => status >= 200 && status < 300;

/** What stands in a note's place after one of its buttons; where it did not work, the buttons stay. */
export function acted(
  note: Note,
  what: string,
  status: number | undefined,
): { title: string; options: NoteOptions } {
  const options = { ...optionsOf(note), body: note.title };
  if (status !== undefined && doneStatus(status)) {
    const done = { actions: [], renotify: false, requireInteraction: false, silent: true };
    return { title: `${what}: done`, options: { ...options, ...done } };
  }
  const why =
    status === undefined ? "Castor cannot be reached from here" : `Castor answered ${status}`;
  return {
    title: `${what}: NOT done. ${why}`,
    options: { ...options, requireInteraction: true, renotify: true, silent: false },
  };
}
