import type { User } from "./found.ts";

/** A layer as `castor.yaml` has it. */
export type LayerDraft = {
  name: string;
  members: string[];
  start: string;
  every: string;
  hours?: HoursDraft[];
};
export type HoursDraft = { days?: string[]; from: string; to: string };
export type StepDraft = { who: string[]; after: string };

/** What goes into `castor.yaml`, and what could not be carried over. */
export type Draft = {
  teams: Record<string, { zone: string; layers: LayerDraft[] }>;
  policies: Record<string, { steps: StepDraft[] }>;
  notes: string[];
  /** The name of somebody, by their id in the export. */
  person(id: string, summary?: string | null): string;
  /** The name of a team, by the id of its schedule. */
  team(id: string, name?: string): string;
};

const nameCharsMax = 60;
/** Small letters, digits and dashes; what has none of them is called by its kind. */
export function slug(text: string, otherwise: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, nameCharsMax - 4);
  return plain === "" ? otherwise : plain;
}

/** Gives each id one name, and no two ids the same. */
export function naming(otherwise: string): (id: string, wish: string | undefined) => string {
  const byId = new Map<string, string>();
  const taken = new Set<string>();
  return (id, wish) => {
    const known = byId.get(id);
    if (known !== undefined) return known;
    const base = slug(wish ?? id, otherwise);
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
    byId.set(id, name);
    taken.add(name);
    return name;
  };
}

const minutesPerDay = 1_440;
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const timeOf = (minutes: number): string => {
  const within = ((minutes % minutesPerDay) + minutesPerDay) % minutesPerDay;
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${pad(Math.floor(within / 60))}:${pad(within % 60)}`;
};
/** Minutes since midnight of `08:30:00`. */
export const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
};

/** On these days from a time of day on, for so many seconds; every day without days. At most a day long. */
export function dailyHours(from: number, seconds: number, on?: readonly string[]): HoursDraft[] {
  const minutes = Math.round(seconds / 60);
  const days = on === undefined ? {} : { days: [...on] };
  return minutes > minutesPerDay
    ? []
    : [{ ...days, from: timeOf(from), to: timeOf(from + minutes) }];
}

/** Once a week, from a day (0 is Monday) and a time on, perhaps for days: a piece for each day it touches. */
export function weeklyHours(day: number, from: number, seconds: number): HoursDraft[] {
  const pieces: HoursDraft[] = [];
  let [left, at, on] = [Math.round(seconds / 60), from, day];
  while (left > 0) {
    const piece = Math.min(left, minutesPerDay - at);
    const name = days[((on % 7) + 7) % 7] ?? "mon";
    pieces.push({ days: [name], from: timeOf(at), to: timeOf(at + piece) });
    [left, at, on] = [left - piece, 0, on + 1];
  }
  return merged(pieces);
}

/** Days with the same hours stand together. */
function merged(pieces: readonly HoursDraft[]): HoursDraft[] {
  const found: HoursDraft[] = [];
  for (const piece of pieces) {
    const same = found.find(({ from, to }) => from === piece.from && to === piece.to);
    if (same?.days) same.days.push(...(piece.days ?? []));
    else found.push({ ...piece });
  }
  return found;
}

/** How long a turn is, as `castor.yaml` has it; undefined where it has no such length. */
export function turnOf(seconds: number): string | undefined {
  for (const [unit, length] of [
    ["w", 604_800],
    ["d", 86_400],
    ["h", 3_600],
  ] as const)
    if (seconds >= length && seconds % length === 0 && seconds / length < 1_000)
      return `${seconds / length}${unit}`;
  return undefined;
}

/** How people are called: by their mailbox, since that is what they sign in with. */
export function draftFor(users: readonly User[]): Draft {
  const byId = new Map(users.map((each) => [each.id, each]));
  const people = naming("somebody");
  const teams = naming("team");
  return {
    ...{ teams: {}, policies: {}, notes: [] },
    person: (id, summary) => {
      const user = byId.get(id);
      const mailbox = user?.email?.split("@")[0];
      return people(id, mailbox ?? user?.username ?? user?.name ?? summary ?? undefined);
    },
    team: (id, name) => teams(id, name),
  };
}
