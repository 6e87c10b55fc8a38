import type { Deed, Effects, Refusal } from "#kernel";
import { book, type Kept } from "./book.ts";
import type { Config } from "./config.ts";
import { alone, asked, confirmFirst, needed, notYou, tooMany } from "./contract.ts";
import { canonical, keep, lookUp } from "./vault.ts";
import { others, personBehind } from "./who.ts";

const openMax = 50;
const openOfOneMax = 10;
/** Each is told to people: nobody calls them all day by asking and taking back. */
const askedInAnHourMax = 30;
const hourMs = 3_600_000;

export const openOnes = (fx: Pick<Effects, "view">): Kept[] =>
  Object.values(fx.view(book)).filter(({ state }) => state === "open");

/** Lets nobody destroy anything alone: asks for a second person, or has the name typed where there is none. */
export async function hold(deed: Deed, fx: Effects<Config>): Promise<Refusal | undefined> {
  const { by, allow, verb, what, name } = deed;
  if (by.kind === "system" && by.id === "public")
    return notYou("This destroys something, and nobody is signed in here.");
  const asker = personBehind(fx, by);
  // Nobody knows who is at the machine's own command line: it may be one of the two, so two others have to agree.
  const needs = asker === null ? 2 : 1;
  if (others(fx, { allow, asker }).length < needs) {
    if (deed.confirm !== name)
      return confirmFirst(
        `${what} Nobody else could approve it. To do it alone, type its name (--confirm on the command line): ${name}`,
        { confirm: name, what },
      );
    await fx.record("alone", [alone({ verb, what, name })]);
    return undefined;
  }
  const found = openOnes(fx).find((each) => isSame(fx, each, deed));
  return found ? refusal(found) : await ask(deed, { asker, needs }, fx);
}

function isSame(fx: Effects<Config>, known: Kept, { verb, by, input }: Deed): boolean {
  if (known.verb !== verb || known.by.kind !== by.kind || known.by.id !== by.id) return false;
  const kept = lookUp(fx, known);
  return kept !== undefined && canonical(kept.input) === canonical(input);
}

async function ask(
  deed: Deed,
  { asker, needs }: { asker: string | null; needs: number },
  fx: Effects<Config>,
): Promise<Refusal> {
  const { verb, kind, allow, what, name, input, by } = deed;
  const open = openOnes(fx);
  const own = Object.values(fx.view(book)).filter(
    (each) => each.by.kind === by.kind && each.by.id === by.id && each.askedAt > fx.now - hourMs,
  );
  const ownOpen = own.filter(({ state }) => state === "open");
  if (open.length >= openMax || ownOpen.length >= openOfOneMax || own.length >= askedInAnHourMax)
    return tooMany("Have those decided that wait, or withdraw some.");
  const [approval, expiresAt] = [fx.id(), fx.now + fx.config.expire];
  const hash = await keep(fx, { approval, input, until: expiresAt });
  const fact = { ...{ approval, verb, kind, allow, what, name }, asker, hash, needs, expiresAt };
  await fx.record(approval, [asked(fact)]);
  return refusal({ ...fact });
}

const refusal = ({
  approval,
  allow,
  needs,
  expiresAt,
  what,
}: Pick<Kept, "approval" | "allow" | "needs" | "expiresAt" | "what">): Refusal =>
  needed(
    `${what} It was asked for: ${needs === 1 ? "somebody else" : "two people"} with the role ${allow} must approve it before ${new Date(expiresAt).toISOString().slice(11, 16)} UTC (castor approvals approve ${approval}). Then it is done.`,
    { approval, expiresAt, needs },
  );
