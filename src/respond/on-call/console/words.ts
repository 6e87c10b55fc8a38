const weekday = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** `Mon 23 Nov, 09:00`, by the reader's clocks. */
export const moment = (at: number): string => `${weekday.format(at)}, ${clock.format(at)}`;

/** `Mon 23 Nov, 09:00 to 17:00`; the day is said again where it is another one. */
export const stretch = ({ from, to }: { from: number; to: number }): string =>
  `${moment(from)} to ${weekday.format(from) === weekday.format(to) ? clock.format(to) : moment(to)}`;

/** `2026-11-23T09:00` by the reader's clocks, as date fields of browsers want it. */
export function fieldTime(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

const fills = [
  ...["bg-person-1", "bg-person-2", "bg-person-3"],
  ...["bg-person-4", "bg-person-5", "bg-person-6"],
] as const;

/** A colour for each person, the same on the whole page; names stand beside, so that no colour is needed. */
export const fillOf = (member: string, members: readonly string[]): string => {
  const place = members.indexOf(member);
  return place < 0 ? "bg-sunken" : (fills[place % fills.length] ?? "bg-sunken");
};
