import { explain, type Manifest, ownCapability } from "#kernel";
import { capabilities } from "../../src/castor.ts";

type Shape = {
  properties?: Record<
    string,
    { type?: string; enum?: unknown[]; default?: unknown; description?: string }
  >;
  required?: string[];
};

/** What may be asked and done, what is remembered, refused and counted: Markdown, from the manifests alone. */
export function capabilitiesReference(): string {
  const own = ownCapability({ all: () => [], rebuild: async () => {}, retry: async () => false });
  const all = explain([own, ...capabilities]);
  return `# Capabilities

Written from the manifests by \`npm run reference\`. A verb is a command (\`castor <capability> <verb>\`), an address (\`/api/<name>\`) and a permission at once.

${all.map(section).join("\n")}`;
}

function section({
  id,
  about,
  verbs,
  events,
  problems,
  counters,
  gauges,
  routes,
}: Manifest[number]): string {
  return [
    `## ${id}\n\n${about}\n`,
    ...table(
      "Verbs",
      ["name", "what", "who", "input"],
      verbs.map((verb) => [
        code(verb.name),
        `${verb.about} (${verb.kind})`,
        verb.allow,
        fields(verb.input),
      ]),
    ),
    ...table(
      "Routes",
      ["address", "what", "who"],
      routes.map((route) => [code(`${route.method} ${route.path}`), route.about, route.allow]),
    ),
    ...table(
      "Facts",
      ["type", "data"],
      events.map((event) => [code(event.type), fields(event.data)]),
    ),
    ...table(
      "Refusals",
      ["type", "status", "title"],
      problems.map((each) => [
        `[${each.type}](../problems/${each.type}.md)`,
        String(each.status),
        each.title,
      ]),
    ),
    ...table(
      "Counters",
      ["name", "kind", "by", "unit"],
      counters.map((each) => [code(each.name), each.kind, each.labels.join(", "), each.unit]),
    ),
    ...table(
      "Gauges",
      ["name", "what", "by"],
      gauges.map((each) => [code(each.name), each.about, each.labels.join(", ")]),
    ),
  ].join("\n");
}

function table(title: string, head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [`### ${title}\n`, line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

const code = (text: string): string => `\`${text}\``;

function fields(schema: unknown): string {
  const { properties = {}, required = [] } = schema as Shape;
  return Object.entries(properties)
    .map(([name, { type, enum: choices, default: value }]) => {
      const kind = choices ? choices.map(String).join(" or ") : (type ?? "any");
      const may =
        value === undefined
          ? required.includes(name)
            ? ""
            : ", optional"
          : `, else ${JSON.stringify(value)}`;
      return `${code(name)} (${kind}${may})`;
    })
    .join(", ");
}
