import type { FieldRules } from "./settings.ts";

/** Field rules made ready: names in lower case, lines as they are written. */
export type FieldChanges = {
  gone: ReadonlySet<string>;
  lines: string;
  byDefault: readonly { name: string; line: string }[];
};

const lineOf = ([name, value]: [string, string]): string => `${name}: ${value}\r\n`;

/** Undefined where nothing changes. */
export function fieldChanges({ set, remove, byDefault }: FieldRules): FieldChanges | undefined {
  const [sets, defaults] = [Object.entries(set), Object.entries(byDefault)];
  if (sets.length + defaults.length + remove.length === 0) return undefined;
  return {
    gone: new Set([...remove, ...Object.keys(set)].map((name) => name.toLowerCase())),
    lines: sets.map(lineOf).join(""),
    byDefault: defaults.map(([name, value]) => ({
      name: name.toLowerCase(),
      line: lineOf([name, value]),
    })),
  };
}

/** Changes a head that has just been written, in place; returns its new length. */
export function changeHead(out: Buffer, length: number, changes: FieldChanges | undefined): number {
  if (changes === undefined) return length;
  const [first = "", ...fields] = out.toString("latin1", 0, length).split("\r\n");
  const names = new Set<string>();
  const kept = fields.filter((line) => {
    const name = line.slice(0, line.indexOf(":")).toLowerCase();
    if (line === "" || changes.gone.has(name)) return false;
    names.add(name);
    return true;
  });
  const missing = changes.byDefault.filter(
    ({ name }) => !names.has(name) && !changes.gone.has(name),
  );
  const lines = kept.map((line) => `${line}\r\n`).join("");
  const added = missing.map(({ line }) => line).join("");
  return out.write(`${first}\r\n${lines}${changes.lines}${added}\r\n`, 0, "latin1");
}
