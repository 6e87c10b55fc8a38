import type { Place } from "./slice.ts";

const order = ["platform", "run", "absorb", "observe", "respond", "learn"];

/** src/castor.ts with one more import and one more entry, after the last of its group or an earlier one. */
export function withCapability(text: string, place: Place): string {
  const lines = text.split("\n");
  const line = `import { ${place.many} } from "./${place.group}/${place.id}/index.ts";`;
  const lastImport = lines.findLastIndex((each) => each.startsWith("import "));
  lines.splice(lastImport + 1, 0, line);
  const list = lines.join("\n");
  const groupOf = (name: string): string =>
    new RegExp(`import \\{ ${name} \\} from "\\./([a-z]+)/`).exec(list)?.[1] ?? "";
  const [, inside = ""] = /capabilities[^=]*= \[([\s\S]*?)\];/.exec(list) ?? [];
  const names = inside
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const before = names.findLastIndex(
    (name) => order.indexOf(groupOf(name)) <= order.indexOf(place.group),
  );
  const next = [...names.slice(0, before + 1), place.many, ...names.slice(before + 1)];
  return list.replace(/(capabilities[^=]*= \[)[\s\S]*?\];/, `$1${next.join(", ")}];`);
}

/** ARCHITECTURE.md with one more line in its list of capabilities. */
export function withModule(text: string, place: Place): string {
  const entry = `- \`src/${place.group}/${place.id}\`: say here in one sentence what it is.`;
  const lines = text.split("\n");
  const last = lines.findLastIndex((line) => /^- `src\/[a-z]+\/[a-z-]+`/.test(line));
  lines.splice(last + 1, 0, entry);
  return lines.join("\n");
}
