import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import type { Mistake } from "../contract.ts";

const Names = z
  .union([z.string(), z.array(z.string().min(1).max(200)).max(50)])
  .transform((names) => (typeof names === "string" ? [names] : names));
const Front = z
  .object({
    title: z.string().trim().min(1).max(200),
    services: Names,
    alerts: Names,
    labels: z.record(z.string(), z.coerce.string()),
  })
  .partial();
type Front = z.infer<typeof Front>;
const known = Object.keys(Front.shape);
/** People write the singular for one. */
const spelled: Readonly<Record<string, string>> = { service: "services", alert: "alerts" };

type Read = { front: Front; body: string; linesBefore: number; mistakes: Omit<Mistake, "file">[] };

/** What stands between `---` at the top of a file; what is wrong there is told with its line, and the rest is kept. */
export function readFrontMatter(text: string): Read {
  const whole = /^---[ \t]*\n([\s\S]*?\n)?---[ \t]*(?:\n|$)/.exec(text);
  if (!whole) return { front: {}, body: text, linesBefore: 0, mistakes: [] };
  const body = text.slice(whole[0].length);
  const linesBefore = whole[0].split("\n").length - 1;
  const { front, mistakes } = fieldsIn(whole[1] ?? "");
  // What cannot be read as fields stays where people see it.
  return front
    ? { front, mistakes, body, linesBefore }
    : { front: {}, mistakes, body: text, linesBefore: 0 };
}

const firstLine = 2;

function fieldsIn(yaml: string): { front?: Front; mistakes: Read["mistakes"] } {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  const lineAt = (offset: number | undefined): number =>
    offset === undefined ? firstLine : lines.linePos(offset).line + firstLine - 1;
  const mistakes: Read["mistakes"] = document.errors.map((error) => ({
    line: lineAt(error.pos[0]),
    what: `This is no YAML: ${error.message.split("\n")[0]?.replace(/ at line.*$/, "") ?? ""}`,
    fix: "Write for example `services: [shop]`.",
  }));
  if (mistakes.length > 0) return { mistakes };
  if (document.contents === null) return { front: {}, mistakes };
  if (!isMap(document.contents))
    return {
      mistakes: [
        { line: firstLine, what: "Names with values are expected here.", fix: fieldsHint },
      ],
    };
  const front: Record<string, unknown> = {};
  const given = plainOf(document);
  if (!given)
    return {
      mistakes: [
        { line: firstLine, what: "It has aliases (`*name`).", fix: "Write each value out." },
      ],
    };
  for (const { key } of document.contents.items) {
    const said = isScalar(key) ? String(key.value) : "";
    const line = lineAt(isScalar(key) ? key.range?.[0] : undefined);
    const name = spelled[said] ?? said;
    if (!known.includes(name)) {
      mistakes.push({ line, what: `\`${said}\` is not known here.`, fix: fieldsHint });
      continue;
    }
    const read = Front.shape[name as keyof Front].safeParse(given[said] ?? undefined);
    if (read.success) front[name] = read.data;
    else
      mistakes.push({
        line,
        what: `\`${said}\` is not as it should be.`,
        fix: examples[name] ?? "",
      });
  }
  return { front, mistakes };
}

/** The values; none with aliases, which a few lines can make as long as one likes. */
function plainOf(document: Document): Record<string, unknown> | undefined {
  try {
    return document.toJS({ maxAliasCount: 0 }) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const fieldsHint = `There are ${known.join(", ")}.`;
const examples: Readonly<Record<string, string>> = {
  title: "Write `title: The shop does not answer`.",
  services: "Write `services: [shop, search]`.",
  alerts: 'Write `alerts: [ShopDown, "Checkout*"]`.',
  labels: "Write `labels: { team: payments }`.",
};
