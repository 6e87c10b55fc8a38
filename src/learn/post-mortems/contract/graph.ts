import type { Factor, Graph } from "./facts.ts";

/** Where a factor stands, in pixels; `lines` is its text, broken. */
export type Placed = Factor & {
  x: number;
  y: number;
  width: number;
  height: number;
  lines: string[];
};
export type Layout = {
  width: number;
  height: number;
  factors: Placed[];
  links: { from: string; to: string; path: string }[];
};

const [boxWidth, gapX, gapY, lineHeight, padding] = [190, 36, 56, 18, 12];
const lineChars = 24;
const linesMax = 5;

function broken(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < lineChars)
      lines[lines.length - 1] = `${last} ${word}`;
    else
      for (let at = 0; at < word.length; at += lineChars)
        lines.push(word.slice(at, at + lineChars));
  }
  return lines.length > linesMax
    ? [...lines.slice(0, linesMax - 1), `${lines[linesMax - 1]?.slice(0, lineChars - 1)}…`]
    : lines;
}

/** Links that close no circle: a circle (retries that feed themselves) is drawn, but does not say what stands above what. */
function forward({ factors, links }: Graph): Graph["links"][number][] {
  const from = new Map<string, Graph["links"][number][]>();
  for (const link of links) from.set(link.from, [...(from.get(link.from) ?? []), link]);
  const state = new Map<string, "open" | "done">();
  const kept: Graph["links"][number][] = [];
  const walk = (id: string): void => {
    state.set(id, "open");
    for (const link of from.get(id) ?? []) {
      if (state.get(link.to) === "open") continue;
      kept.push(link);
      if (!state.has(link.to)) walk(link.to);
    }
    state.set(id, "done");
  };
  for (const { id } of factors) if (!state.has(id)) walk(id);
  return kept;
}

/** The row of each factor: below everything that leads to it, and no higher above what it leads to than it must be. */
function ranks(graph: Graph): Map<string, number> {
  const links = forward(graph);
  const rank = new Map(graph.factors.map(({ id }) => [id, 0]));
  for (let turn = 0; turn < graph.factors.length; turn += 1) {
    let isSettled = true;
    for (const { from, to } of links) {
      const least = (rank.get(from) ?? 0) + 1;
      if ((rank.get(to) ?? 0) >= least) continue;
      rank.set(to, least);
      isSettled = false;
    }
    if (isSettled) break;
  }
  // From below: a line that passes rows would pass behind their boxes.
  for (const { id } of graph.factors.toSorted(
    (a, b) => (rank.get(b.id) ?? 0) - (rank.get(a.id) ?? 0),
  )) {
    const next = links.filter(({ from }) => from === id).map(({ to }) => rank.get(to) ?? 0);
    if (next.length > 0) rank.set(id, Math.min(...next) - 1);
  }
  return rank;
}

/** Factors of a row stand in the order of the middle of what leads to them, so that few links cross (Sugiyama's barycentre). */
function rows(graph: Graph): Factor[][] {
  const rank = ranks(graph);
  const found: Factor[][] = [];
  for (const factor of graph.factors) (found[rank.get(factor.id) ?? 0] ??= []).push(factor);
  const place = new Map<string, number>();
  return found.map((row) => {
    const middle = new Map(
      row.map(({ id }, i) => {
        const above = graph.links
          .filter(({ to }) => to === id)
          .flatMap(({ from }) => place.get(from) ?? []);
        return [id, above.length === 0 ? i : above.reduce((a, b) => a + b, 0) / above.length];
      }),
    );
    const ordered = row.toSorted((a, b) => (middle.get(a.id) ?? 0) - (middle.get(b.id) ?? 0));
    ordered.forEach(({ id }, i) => place.set(id, i - (ordered.length - 1) / 2));
    return ordered;
  });
}

/** Where everything stands when the graph is drawn from top to bottom: the same graph is drawn the same way anywhere. */
export function layoutOf(graph: Graph): Layout {
  const all = rows(graph);
  const widest = Math.max(1, ...all.map((row) => row.length));
  const width = widest * (boxWidth + gapX) - gapX + 2 * padding;
  const factors: Placed[] = [];
  let y = padding;
  for (const row of all) {
    const rowWidth = row.length * (boxWidth + gapX) - gapX;
    const made = row.map((factor, i) => {
      const lines = broken(factor.text);
      const height = lines.length * lineHeight + 2 * padding;
      const x = (width - rowWidth) / 2 + i * (boxWidth + gapX);
      return { ...factor, x, y, width: boxWidth, height, lines };
    });
    factors.push(...made);
    y += Math.max(...made.map(({ height }) => height)) + gapY;
  }
  const placed = new Map(factors.map((each) => [each.id, each]));
  const links = graph.links.flatMap(({ from, to }) => {
    const [a, b] = [placed.get(from), placed.get(to)];
    return a && b ? [{ from, to, path: pathOf(a, b) }] : [];
  });
  return { width, height: Math.max(0, y - gapY) + padding, factors, links };
}

function pathOf(a: Placed, b: Placed): string {
  const isDown = b.y > a.y;
  const [x1, y1] = [a.x + a.width / 2, isDown ? a.y + a.height : a.y];
  const [x2, y2] = [b.x + b.width / 2, isDown ? b.y : b.y + b.height];
  const half = isDown ? gapY / 2 : -gapY / 2;
  return `M${x1} ${y1}C${x1} ${y1 + half} ${x2} ${y2 - half} ${x2} ${y2}`;
}

const shapes: Readonly<Record<Factor["kind"], readonly [open: string, close: string]>> = {
  trigger: ["([", "])"],
  condition: ["[", "]"],
  gap: ["{{", "}}"],
  harm: ["[[", "]]"],
  luck: ["(", ")"],
};
/** As Mermaid's flow chart, which GitHub, GitLab and Forgejo draw. */
export const mermaidOf = ({ factors, links }: Graph): string =>
  [
    "flowchart TD",
    ...factors.map(({ id, text, kind }) => {
      const [open, close] = shapes[kind];
      return `  n${id}${open}"${text.replaceAll("&", "#amp;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;").replaceAll("`", "'").replaceAll(/\s+/g, " ")}"${close}`;
    }),
    ...links.map(({ from, to }) => `  n${from} --> n${to}`),
  ].join("\n");
