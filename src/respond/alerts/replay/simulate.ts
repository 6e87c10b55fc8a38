import type { Millis } from "#kernel";
import type { GroupTold, ReplayedTurn, Silence } from "../contract.ts";
import { admit } from "../intake/incoming.ts";
import { Board, type Policy } from "../model/board.ts";
import { interrupts } from "../noise/pages.ts";
import type { Spell } from "./spells.ts";

/** A page that would have been. */
export type SimulatedPage = { at: Millis; told: GroupTold };

export type Simulated = {
  pages: SimulatedPage[];
  /** Everything that would have been told, without the single alerts; the newest so many. */
  turns: ReplayedTurn[];
};

const turnsMax = 20_000;
const foreverMs = 10 * 365 * 86_400_000;
const forgetEveryMs = 10 * 60_000;
/** Others run after so many steps. */
const stepsTogether = 100;

type Step = { at: Millis; spell: Spell; fires: boolean };
function* stepsOf(spells: readonly Spell[]): Generator<Step> {
  for (const spell of spells) {
    yield { at: spell.from, spell, fires: true };
    if (spell.to !== undefined) yield { at: spell.to, spell, fires: false };
  }
}

/** What a policy would have made of alerts: the board itself, on the clock of the past. */
export async function simulate(
  policy: Policy,
  spells: readonly Spell[],
  of: { to: Millis; silences: readonly Silence[]; breathe: () => Promise<void> },
): Promise<Simulated> {
  const board = new Board(policy);
  const steps = [...stepsOf(spells)].toSorted((a, b) => a.at - b.at);
  const pages: SimulatedPage[] = [];
  const turns: ReplayedTurn[] = [];
  let groups = 0;
  let forgotAt = 0;
  const look = (at: Millis): void => {
    for (const { told, kind } of board.flush(at, of.silences, () => `replay-${++groups}`)) {
      if (interrupts(told)) pages.push({ at, told });
      turns.push({ at, told: { ...told, alerts: [] }, isClosed: kind === "closed" });
    }
    if (at < forgotAt + forgetEveryMs) return;
    board.forget(at);
    forgotAt = at;
  };
  let count = 0;
  for (const { at, spell, fires } of steps) {
    for (let next = board.nextAt(); next < at; next = board.nextAt()) {
      look(next);
      if (++count % stepsTogether === 0) await of.breathe();
    }
    const endsAt = fires ? at + foreverMs : at;
    const { labels, annotations, since: startsAt } = spell;
    const sent = { labels: { ...labels }, annotations: { ...annotations }, startsAt, endsAt };
    const alert = admit(sent, at, foreverMs);
    if (typeof alert !== "string") board.receive(alert, at);
    if (++count % stepsTogether === 0) await of.breathe();
  }
  for (let next = board.nextAt(); next < of.to; next = board.nextAt()) {
    look(next);
    if (++count % stepsTogether === 0) await of.breathe();
  }
  return { pages, turns: turns.slice(-turnsMax) };
}
