import { html } from "hono/html";
import type { Picture } from "../contract.ts";
import { overall } from "./v2.ts";
import { phrasesOf } from "./words.ts";

const colours = {
  none: "#2a8a56",
  minor: "#96700f",
  major: "#b8550f",
  critical: "#b3261e",
} as const;
/** Wide enough for every system's own sans-serif. */
const letterPx = 6.6;

/** A picture for other people's pages: the page's name, and how it is. */
export function badge(picture: Picture, language: string): string {
  const { indicator } = overall(picture);
  const [left, right] = [picture.page.title, phrasesOf(language).indicator[indicator]];
  const [a, b] = [left, right].map((text) => Math.ceil(text.length * letterPx) + 18) as [
    number,
    number,
  ];
  return String(
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      width="${a + b}"
      height="22"
      role="img"
      aria-label="${left}: ${right}"
    >
      <title>${left}: ${right}</title>
      <clipPath id="r"><rect width="${a + b}" height="22" rx="4" /></clipPath>
      <g clip-path="url(#r)">
        <path fill="#3a3f48" d="M0 0h${a}v22H0z" />
        <path fill="${colours[indicator]}" d="M${a} 0h${b}v22H${a}z" />
      </g>
      <g fill="#fff" font-family="system-ui,sans-serif" font-size="12" text-anchor="middle">
        <text x="${a / 2}" y="15">${left}</text>
        <text x="${a + b / 2}" y="15">${right}</text>
      </g>
    </svg>`,
  );
}
