import { type Factor, type Graph, layoutOf } from "../contract.ts";

/** The colours of each kind, for paper: a border and a ground. */
export const factorLook: Readonly<Record<Factor["kind"], readonly [line: string, ground: string]>> =
  {
    trigger: ["#b45309", "#fef3c7"],
    condition: ["#475569", "#f1f5f9"],
    gap: ["#6d28d9", "#ede9fe"],
    harm: ["#b91c1c", "#fee2e2"],
    luck: ["#15803d", "#dcfce7"],
  };

export const escaped = (text: string): string => Bun.escapeHTML(text);

/** The graph as a picture that stands alone: no script, no style sheet, no font of its own. */
export function svgOf(graph: Graph): string {
  const { width, height, factors, links } = layoutOf(graph);
  const boxes = factors.map(({ x, y, width: w, height: h, lines, kind }) => {
    const [line, ground] = factorLook[kind];
    const text = lines.map(
      (each, i) =>
        `<text x="${x + w / 2}" y="${y + 26 + i * 18}" text-anchor="middle">${escaped(each)}</text>`,
    );
    return `<g><title>${escaped(kind)}</title><rect x="${x}" y="${y}" width="${w}" height="${h}" rx="8" fill="${ground}" stroke="${line}"/>${text.join("")}</g>`;
  });
  const arrows = links.map(({ path }) => `<path d="${path}" marker-end="url(#tip)"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="How it came about" font-family="sans-serif" font-size="13" fill="#0f172a">`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#475569"/></marker></defs>`,
    `<g fill="none" stroke="#475569" stroke-width="1.5">${arrows.join("")}</g>${boxes.join("")}</svg>`,
  ].join("");
}
