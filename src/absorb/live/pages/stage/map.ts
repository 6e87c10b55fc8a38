import { svg } from "../dom.ts";
import world from "../world.json";

const dotRadius = "14";
const shapes: Readonly<Record<string, string | number[]>> = world;

export type Paint = { colour: number; strength: number; says: string };

/** The world with a shape for each country, a dot for the small ones (Natural Earth, public domain; Equal Earth projection). */
export class WorldMap {
  readonly element: SVGElement;
  readonly #countries = new Map<string, { shape: SVGElement; title: SVGElement }>();

  constructor(label: string) {
    this.element = svg("svg", {
      ...{ class: "map", viewBox: "60 -1215 4800 2180", role: "img", "aria-label": label },
      preserveAspectRatio: "xMidYMid meet",
    });
    const [dots, lands]: [SVGElement[], SVGElement[]] = [[], []];
    for (const [code, at] of Object.entries(shapes)) {
      const title = svg("title", {});
      const isDot = typeof at !== "string";
      const shape = isDot
        ? svg("circle", { cx: String(at[0]), cy: String(at[1]), r: dotRadius }, title)
        : svg("path", { d: at }, title);
      shape.setAttribute("class", "country");
      (isDot ? dots : lands).push(shape);
      this.#countries.set(code, { shape, title });
    }
    this.element.append(...lands, ...dots);
  }

  /** Colours what is known; the others stay as they are without answers. */
  paint(known: ReadonlyMap<string, Paint>): void {
    for (const [code, { shape, title }] of this.#countries) {
      const paint = known.get(code);
      shape.setAttribute("class", paint ? `country c${paint.colour}` : "country");
      shape.style.setProperty("--strength", paint ? String(paint.strength) : "0");
      title.textContent = paint?.says ?? "";
    }
  }
}
