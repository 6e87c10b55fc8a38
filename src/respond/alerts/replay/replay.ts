import { action, type Effects, isRefusal, type Millis, oneAtATime, type Refusal } from "#kernel";
import * as z from "zod";
import { dependencies } from "../../../run/catalog/contract.ts";
import { type Config, policyOf } from "../config.ts";
import {
  replayBusy,
  Replayed,
  ReplayedTurn,
  ruleFired,
  silenced,
  silenceExpired,
  type Silence,
} from "../contract.ts";
import { pastOf } from "../reach.ts";
import { labelsText } from "../model/labels.ts";
import { ownInhibits } from "../own/inhibits.ts";
import { disturbs, pagesTable, pagesWithin } from "../noise/pages.ts";
import { watchesOf } from "../rules/look-out.ts";
import { changed } from "./change.ts";
import { compare, sentence } from "./compare.ts";
import { minutesKeptMs, pastNumbers } from "./past-numbers.ts";
import { relook, type Relooked } from "./relook.ts";
import { simulate } from "./simulate.ts";
import { type Spell, spellsOf } from "./spells.ts";

const dayMs = 86_400_000;
const daysMax = 90;
const factsMax = 20_000;
const spellsMax = 100_000;
const textCharsMax = 100_000;

/** Facts of these types from then on, oldest first; the newest so many. */
function factsOf(fx: Pick<Effects, "log">, types: readonly string[], from: Millis) {
  const found = [];
  let before: number | undefined;
  while (found.length < factsMax) {
    const more = before === undefined ? {} : { before };
    const page = fx.log.page({ after: 0, types, backwards: true, limit: 1_000, ...more });
    found.push(...page.filter(({ at }) => at >= from));
    const last = page.at(-1);
    if (!last || last.at < from) break;
    before = last.position;
  }
  return found.toReversed();
}

/** Every silence there was, as it ended; those that are long forgotten too. */
function silencesOf(fx: Pick<Effects, "log">): Silence[] {
  const known = new Map<string, Silence>();
  for (const { event } of factsOf(fx, [silenced.type, silenceExpired.type], 0)) {
    if (event.type === silenced.type) {
      const silence = event.data as Silence;
      known.set(silence.id, silence);
      continue;
    }
    const { id, at } = event.data as { id: string; at: Millis };
    const old = known.get(id);
    if (old) known.set(id, { ...old, endsAt: Math.min(old.endsAt, at) });
  }
  return [...known.values()];
}

/** What was told of outside and by Castor's own facts, less what rules said where they are looked at anew. */
async function toldSpells(
  fx: Effects<Config>,
  of: { from: Millis; to: Millis; rulesFrom: Millis },
): Promise<Spell[]> {
  const byRules = new Set(
    factsOf(fx, [ruleFired.type], of.from).map(({ event }) =>
      labelsText((event.data as { labels: Spell["labels"] }).labels),
    ),
  );
  const all = spellsOf(await pastOf(fx, of));
  return all
    .filter(({ labels, from }) => from < of.rulesFrom || !byRules.has(labelsText(labels)))
    .slice(-spellsMax);
}

async function replay(
  fx: Effects<Config>,
  days: number,
  change: string,
): Promise<(Replayed & { turns: ReplayedTurn[] }) | Refusal> {
  const config = await changed(fx.config, change);
  if (isRefusal(config)) return config;
  const to = fx.now;
  const from = to - days * dayMs;
  const rulesFrom = Math.max(from, to - minutesKeptMs);
  const breathe = (): Promise<void> => fx.sleep(1);
  const { spells, near } = await relooked(fx, config, { from: rulesFrom, to, breathe });
  // What was open when the stretch began is part of it.
  const told = await toldSpells(fx, { from: from - dayMs, to, rulesFrom });
  const policy = policyOf(config, await fx.ask(dependencies, {}), await ownInhibits(fx));
  const of = { to, silences: silencesOf(fx), breathe };
  const { pages, turns } = await simulate(policy, [...told, ...spells], of);
  const least = config.noise.from;
  const was = pagesWithin(fx.tables(pagesTable), { from, to, least }).toReversed();
  const compared = compare(
    was,
    pages.filter(({ at, told: { severity } }) => at >= from && disturbs(severity, least)),
    near,
  );
  return {
    from,
    to,
    rulesFrom,
    says: sentence(compared, fx.config.noise.zone),
    ...compared,
    turns,
  };
}

function relooked(
  fx: Effects<Config>,
  config: Config,
  of: { from: Millis; to: Millis; breathe: () => Promise<void> },
): Promise<Relooked> {
  const watches = [...watchesOf(config)].map(([watch]) => watch);
  const longestMs = Math.max(0, ...watches.map(({ windowMs }) => windowMs.max));
  const numbers = pastNumbers(fx, { from: of.from - longestMs, to: of.to });
  return relook(watches, numbers, { ...of, now: of.to });
}

const oneReplay = oneAtATime(replayBusy);

export const replayAction = action("alerts.replay", {
  about: "Runs other rules, objectives or routes over the recorded past: what would have paged?",
  allow: "responder",
  input: z
    .object({
      change: z
        .string()
        .max(textCharsMax)
        .default("")
        .describe(
          "What is to be different, as YAML under `alerts:`; nothing: the configuration in force.",
        ),
      days: z.number().int().min(1).max(daysMax).default(7).describe("So many days back."),
      withTurns: z
        .boolean()
        .default(false)
        .describe("Gives all that would have been told of each group as well."),
    })
    .strict(),
  output: Replayed.extend({ turns: z.array(ReplayedTurn).optional() }),
  act: ({ change, days, withTurns }, fx: Effects<Config>) =>
    oneReplay(fx, async () => {
      const replayed = await replay(fx, days, change);
      if (isRefusal(replayed) || withTurns) return replayed;
      const { turns: _, ...rest } = replayed;
      return rest;
    }),
});
