import type { QuestionResult, TableResult } from "../../contract/queries.ts";
import { icon } from "../pages.ts";

/** Values of a group that are shown; the file has all of them. */
const valuesShownMax = 12;
const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });
const number = new Intl.NumberFormat("en");

export type ResultsTold = {
  title: string;
  /** The dimension with countries, if any. */
  countries: string | null;
  questions: readonly QuestionResult[];
  /** So many questions the show has. */
  asked: number;
};

/** Text in a page: what people wrote is never markup. */
const text = (said: string): string =>
  said.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const letterOf = (choice: number): string => String.fromCharCode(65 + choice);
const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
/** Noise may push a small count below nothing, and no bar is shorter than that. */
const atLeastNothing = (values: readonly number[]): number[] => values.map((n) => Math.max(0, n));

const percentOf = (part: number, all: number): number =>
  all <= 0 ? 0 : Math.round((Math.max(0, part) / all) * 100);

/** A bar of parts, drawn as a picture: the page allows itself no style of its own. */
function bar(parts: readonly { percent: number; colour: number }[]): string {
  let at = 0;
  const drawn = parts.map(({ percent, colour }) => {
    const part = `<rect class="c${colour % 8}" x="${at}" width="${percent}" height="6"/>`;
    at += percent;
    return part;
  });
  return `<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="6"/>${drawn.join("")}</svg>`;
}

function choices({ choices: all, totals, right }: QuestionResult): string {
  const total = sum(atLeastNothing(totals));
  const rows = all.map((choice, at) => {
    const percent = percentOf(totals[at] ?? 0, total);
    const mark = right === at ? ' <b class="mark">✓ right</b>' : "";
    return `<li${right === at ? ' class="right"' : ""}><span class="name"><b class="letter l${at % 8}">${letterOf(at)}</b> ${text(choice)}${mark}</span><span class="count">${percent} % <small>${number.format(Math.max(0, totals[at] ?? 0))}</small></span>${bar([{ percent, colour: at }])}</li>`;
  });
  return `<ol class="bars">${rows.join("")}</ol>`;
}

type Value = { values: string[]; counts: number[] };

/** Groups of a table of which something is shown. */
const shownIn = ({ groups }: TableResult): Value[] =>
  groups
    .map(({ values, counts }) => ({ values, counts: atLeastNothing(counts.map((n) => n ?? 0)) }))
    .filter(({ counts }) => sum(counts) > 0);

function split({ right }: QuestionResult, table: TableResult, told: ResultsTold): string {
  const { by, groups, hidden, threshold, error95 } = table;
  const heading = `<h3>${text(by.join(" and "))}</h3>`;
  const values = shownIn(table);
  if (values.length === 0)
    return `<section class="split">${heading}<p class="small">Every count was below ${number.format(threshold)}: too few to show.</p></section>`;
  // The largest first where they have no order of their own.
  const ordered = by.includes(told.countries ?? "")
    ? values.toSorted((a, b) => sum(b.counts) - sum(a.counts))
    : values;
  const rows = ordered.slice(0, valuesShownMax).map(({ values: of, counts }) => {
    const all = sum(counts);
    const leader = right ?? counts.indexOf(Math.max(...counts));
    const percent = percentOf(counts[leader] ?? 0, all);
    const says = right === null ? `${letterOf(leader)} ${percent} %` : `${percent} % right`;
    const parts =
      right === null
        ? counts.map((count, colour) => ({ percent: (count / Math.max(1, all)) * 100, colour }))
        : [{ percent, colour: right }];
    const shown = of
      .map((value, at) =>
        by[at] === told.countries && /^[A-Z]{2}$/.test(value) ? (names.of(value) ?? value) : value,
      )
      .join(", ");
    return `<li><span class="name">${text(shown)}</span><span class="count">${says} <small>of ${number.format(all)}</small></span>${bar(parts)}</li>`;
  });
  const more =
    ordered.length > valuesShownMax
      ? `<p class="small">and ${ordered.length - valuesShownMax} more in the files below</p>`
      : "";
  const counts = hidden + sum(groups.map((each) => each.counts.filter((n) => n !== null).length));
  const small =
    hidden > 0
      ? ` ${number.format(hidden)} of ${number.format(counts)} were below ${number.format(threshold)}, and are not shown.`
      : "";
  return `<section class="split">${heading}<ol class="bars thin">${rows.join("")}</ol>${more}<p class="small">Each count is off by ${number.format(error95)} at most.${small}</p></section>`;
}

/** What the numbers are off by, in words that anybody can read. */
const noise = ({ error95 }: QuestionResult): string =>
  `<p class="small">Each count is off by chance, on purpose: what is said of everybody by ${number.format(error95)} at most in 95 of 100 cases, and what is split by more, as it says there. Each split has chance of its own, so its sums are a little off.</p>`;

/** A largest count below so many times its error makes shares that are mostly chance. */
const errorsMin = 2;
const saysLittle = ({ totals, error95 }: QuestionResult): boolean =>
  Math.max(0, ...totals) < errorsMin * error95;

const tooFew =
  "<p>Too few people answered to tell anything that would not tell of somebody. What the files below say of it is mostly chance.</p>";

function question(result: QuestionResult, told: ResultsTold, place: number): string {
  const splits = result.tables.map((table) => split(result, table, told)).join("");
  const body =
    result.totals.length === 0 || saysLittle(result)
      ? tooFew
      : `${choices(result)}<div class="splits">${splits}</div>${noise(result)}`;
  return `<article aria-labelledby="q${place}"><h2 id="q${place}">${text(result.text)}</h2>${body}</article>`;
}

/** Published results as a page without a script. */
export function resultsPage(told: ResultsTold): string {
  const { title, questions, asked } = told;
  const left = asked - questions.length;
  const body =
    questions.length === 0
      ? `<p class="nothing">Nothing is published yet. Look again when a question is over.</p>`
      : `${questions.map((each, place) => question(each, told, place)).join("")}
<section class="promise"><h2>What these numbers do not tell</h2>
<p>Nobody can learn from them whether one person took part, or what they answered. Chance was added to every count before it left the show; it was drawn once, so looking again, or at all of them together, takes it away no more.</p>
<p>Take them along: <a href="results.csv" download>CSV</a> <a href="results.json" download>JSON</a></p></section>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${text(title)}: results</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="results.css">
</head>
<body><main><header><h1>${text(title)}</h1><p class="line">Results${questions.length > 0 && left > 0 ? `, ${questions.length} of ${asked} questions so far` : ""}</p></header>
${body}
</main></body>
</html>
`;
}
