import { lexer } from "marked";
import { severityGuide } from "../../../respond/incidents/contract.ts";
import {
  type ChosenRow,
  criterionWords,
  type Factor,
  mermaidOf,
  type PostMortem,
  scoreWords,
} from "../contract.ts";
import { impactWords } from "../draft.ts";
import { picturesIn } from "../pictures.ts";
import { changesIn } from "../rows.ts";
import { clock, day, dayAndClock, percent, portion, span } from "../words.ts";

/** Where links to evidence lead; without it facts are named by their position only. */
export type Where = { console?: string | undefined };

/** What machines and people said stands as it is, whatever Markdown would make of it. */
const plain = (text: string): string =>
  text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>|#~]/g, String.raw`\$&`);

/** Thousands of quotes in quotes are more than anything can read: such a text stands as it was written. */
function isReadable(text: string): boolean {
  try {
    lexer(text);
    return true;
  } catch {
    // The reader of Markdown ran out of stack.
    return false;
  }
}

/** A person's own headings stand below those of the document; within code a `#` is no heading. */
function below(text: string): string {
  if (!isReadable(text)) return `~~~~\n${text.replaceAll("~~~", "---")}\n~~~~`;
  let isCode = false;
  return text
    .split("\n")
    .map((line) => {
      if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
      return isCode ? line : line.replace(/^(#{1,4})\s/, "##$1 ");
    })
    .join("\n")
    .trim();
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const length = (ms: number | null): string => (ms === null ? "–" : span(ms));
const factLink = (row: Pick<ChosenRow, "position" | "link">, { console }: Where): string =>
  console === undefined ? `fact ${row.position}` : `[fact ${row.position}](${console}${row.link})`;

function head(pm: PostMortem): string {
  const { severity, lengths, times, services } = pm;
  const state = pm.state === "imported" ? "from another Castor" : pm.state;
  const about = services.length === 0 ? "" : ` About ${services.map(plain).join(", ")}.`;
  return [
    `# ${plain(pm.title)}`,
    `${pm.postMortem}, the post-mortem of ${pm.incident} (${severity.toUpperCase()}: ${severityGuide[severity]}) State: ${state}.${about}`,
    table(
      ["Began", "Noticed after", "Taken after", "Harm ended after", "Over after"],
      [
        [
          `${dayAndClock(times.started)} UTC`,
          ...[lengths.detect, lengths.acknowledge, lengths.mitigate, lengths.resolve].map(length),
        ],
      ],
    ),
    ...pm.recurrences.map(
      ({ incident, at, why, undone }) =>
        `**It happened again** as ${incident} on ${day(at)} (${plain(why)})${undone.length === 0 ? "." : `: ${undone.map(({ action, says }) => `action ${action.slice(1)} (${plain(says)})`).join(", ")} ${undone.length === 1 ? "was" : "were"} never done.`}`,
    ),
  ].join("\n\n");
}

function impact(pm: PostMortem): string {
  const words = impactWords(pm);
  const budget =
    pm.budget === null
      ? []
      : [
          `That is ${portion(pm.budget.burnt)} what the objective of ${percent(pm.budget.objective)} allows in 30 days.`,
        ];
  return `## Impact\n\n${[...(words.length === 0 ? ["The gateway counted no request that failed."] : words), ...budget].join("\n\n")}`;
}

function changed(pm: PostMortem, where: Where): string {
  const changes = changesIn(pm, pm.rows);
  if (changes.length === 0) return "";
  const lines = changes.map(
    (row) => `- ${clock(row.at)} UTC ${plain(row.says)} (${factLink(row, where)})`,
  );
  return `## What changed before\n\n${lines.join("\n")}`;
}

const image = /!\[[^\]]*\]\(([^)\s]*)\)/g;
/** The words of a note, then its pictures: a row of a table has no room for them. */
function told(says: string, { console = "" }: Where): string {
  const pictures = [...says.matchAll(image)].flatMap(([, href = ""]) => picturesIn(href));
  const links = pictures.map(({ address }) => `[picture](${console}${address})`);
  const words = plain(pictures.length === 0 ? says : says.replaceAll(image, " ")).trim();
  return [words, ...links].join(" ");
}

function timeline(pm: PostMortem, where: Where): string {
  const shown = pm.rows.filter(({ isShown }) => isShown);
  const rows = shown.map((row) => [
    `${dayAndClock(row.at)}:${new Date(row.at).toISOString().slice(17, 19)}`,
    [told(row.says, where), ...(row.annotation === undefined ? [] : [plain(row.annotation)])].join(
      "<br>",
    ),
    factLink(row, where),
  ]);
  return shown.length === 0
    ? ""
    : `## Timeline\n\n${table(["UTC", "What happened", "Evidence"], rows)}`;
}

const didWords: Readonly<Record<Factor["kind"], string>> = {
  ...{ trigger: "set off", condition: "made possible", gap: "let through" },
  ...{ harm: "led to", luck: "softened" },
};
function factors({ graph }: PostMortem): string {
  if (graph.factors.length === 0) return "";
  const text = new Map(graph.factors.map((each) => [each.id, plain(each.text)]));
  const lines = graph.factors.map(({ id, kind }) => {
    const to = graph.links.filter(({ from }) => from === id).map((link) => text.get(link.to) ?? "");
    return `- ${text.get(id)} (${kind})${to.length === 0 ? "" : `, which ${didWords[kind]}: ${to.join("; ")}`}`;
  });
  return `## How it came about\n\n\`\`\`mermaid\n${mermaidOf(graph)}\n\`\`\`\n\n${lines.join("\n")}`;
}

function exam(pm: PostMortem): string {
  const rows = pm.exam.map(({ criterion, found, answer, score }) => [
    criterionWords[criterion].title,
    score === null ? "–" : `${score}/3: ${scoreWords[score] ?? ""}`,
    [found.says, answer?.says ?? ""]
      .filter((each) => each !== "")
      .map(plain)
      .join("<br>"),
  ]);
  return `## The exam\n\n${table(["Question", "Score", "What the log says, and people"], rows)}`;
}

function actions(pm: PostMortem): string {
  if (pm.actions.length === 0) return "";
  const rows = pm.actions.map((each) => [
    `${pm.postMortem}/${each.action}`,
    plain(each.says),
    each.kind,
    each.state === "done"
      ? `done${each.release === undefined ? "" : ` with ${plain(each.release)}`}`
      : `${each.state}${each.reason === undefined ? "" : `: ${plain(each.reason)}`}`,
    each.dueAt === null ? "–" : day(each.dueAt),
    each.link === undefined ? "–" : `<${each.link}>`,
  ]);
  return `## Actions\n\n${table(["Action", "What", "To", "State", "Due", "Filed"], rows)}`;
}

/** The whole post-mortem as Markdown that GitHub, GitLab and Forgejo show, graph included. People are not named. */
export function markdownOf(pm: PostMortem, where: Where = {}): string {
  const sections = pm.sections
    .filter(({ text }) => text.trim() !== "")
    .map(({ title, text }) => `## ${plain(title)}\n\n${below(text)}`);
  const [first, ...others] = sections;
  const parts = [
    ...[head(pm), first ?? "", impact(pm), changed(pm, where), timeline(pm, where)],
    ...[factors(pm), ...others, exam(pm), actions(pm)],
  ];
  return `${parts.filter((each) => each !== "").join("\n\n")}\n`;
}
