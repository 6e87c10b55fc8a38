import { type Api, Refused } from "./api.ts";
import type { Fact } from "./facts.ts";

type Called = { id: string; name: string };

/**
 * Fills in what those who did something are called. The log keeps no names of people, so that it can forget them; the
 * names are those of who is here now.
 */
export function naming(to: Api): (facts: readonly Fact[]) => Promise<Fact[]> {
  const names = new Map<string, string>();
  const gone = new Set<string>();
  const learn = async (): Promise<void> => {
    const [{ people }, { tokens }] = (await Promise.all([
      to.ask("people.list"),
      to.ask("tokens.list"),
    ])) as [{ people: Called[] }, { tokens: Called[] }];
    for (const { id, name } of [...people, ...tokens]) names.set(id, name);
  };
  return async (facts) => {
    const strangers = facts.filter(
      ({ by }) => by.kind !== "system" && by.name === undefined && !names.has(by.id),
    );
    if (strangers.some(({ by }) => !gone.has(by.id))) {
      // Who may read the log may perhaps not read who is here: then ids have to do.
      await learn().catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
      });
      for (const { by } of strangers) if (!names.has(by.id)) gone.add(by.id);
    }
    return facts.map((fact) => {
      const name = fact.by.name ?? names.get(fact.by.id);
      return name === undefined ? fact : { ...fact, by: { ...fact.by, name } };
    });
  };
}
