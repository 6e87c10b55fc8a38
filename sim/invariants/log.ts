import type { Settled } from "../world.ts";

/** What was acknowledged is there, once; positions and versions have no gap; the chain holds; refused is not written. */
export async function logHolds({ castor, facts, wishes }: Settled): Promise<string[]> {
  const broken: string[] = [];
  facts.forEach((fact, i) => {
    if (fact.position !== i + 1)
      broken.push(`position ${fact.position} stands where ${i + 1} should`);
  });
  const versions = new Map<string, number>();
  for (const { stream, version } of facts) {
    const expected = (versions.get(stream) ?? 0) + 1;
    if (version !== expected)
      broken.push(`${stream} goes from version ${expected - 1} to ${version}`);
    versions.set(stream, version);
  }
  for (let i = 1; i < facts.length; i++)
    if ((facts[i]?.at ?? 0) < (facts[i - 1]?.at ?? 0))
      broken.push(`time runs backwards at position ${i + 1}`);
  const written = new Map<string, number[]>();
  for (const { envelope, position } of facts)
    written.set(envelope, [...(written.get(envelope) ?? []), position]);
  for (const { id, outcome, acked } of wishes) {
    const positions = written.get(id) ?? [];
    if (acked !== undefined && !positions.includes(acked))
      broken.push(`${id} was acknowledged at ${acked} and is not there`);
    if (positions.length > 1) broken.push(`${id} is there ${positions.length} times`);
    if (outcome === "waiting" || outcome === "failed")
      broken.push(`${id} never got a definite answer`);
  }
  const { brokenAt, why } = await castor.facts.verify();
  if (brokenAt !== undefined) broken.push(`the hash chain breaks at ${brokenAt}: ${why}`);
  return broken;
}
