import { el, letterOf, say } from "../dom.ts";

export type Bar = {
  colour: number;
  label: string;
  percent: number | null;
  isRight: boolean;
  isFaded: boolean;
};

/** So many stand below each other at full size; more stand in two columns. */
const columnMax = 7;
/** So many rows of two columns have full size; with more they are lower. */
const largeRowsMax = 5;

type Row = { row: HTMLElement; letter: HTMLElement; label: HTMLElement; percent: HTMLElement };

/** Horizontal bars that grow in place: one for each choice, or for each value of a dimension. */
export class Bars {
  readonly element: HTMLElement;
  readonly #hasLetters: boolean;
  readonly #rows: Row[] = [];

  constructor(className: string, hasLetters: boolean) {
    this.element = el("ul", `bars ${className}`);
    this.#hasLetters = hasLetters;
  }

  show(bars: readonly Bar[]): void {
    this.#fit(bars.length);
    while (this.#rows.length > bars.length) this.#rows.pop()?.row.remove();
    for (const [at, bar] of bars.entries()) {
      const { row, letter, label, percent } = this.#rows[at] ?? this.#add();
      row.className = `bar c${bar.colour}${bar.isRight ? " right" : ""}${bar.isFaded ? " faded" : ""}`;
      row.style.setProperty("--percent", `${bar.percent ?? 0}%`);
      say(letter, this.#hasLetters ? (bar.isRight ? "✓" : letterOf(at)) : "");
      say(label, bar.label);
      say(percent, bar.percent === null ? "" : `${bar.percent} %`);
    }
  }

  #fit(bars: number): void {
    const isMany = bars > columnMax;
    const rows = Math.ceil(bars / 2);
    this.element.classList.toggle("many", isMany);
    this.element.style.setProperty("--rows", String(rows));
    this.element.style.setProperty("--size", String(isMany ? Math.min(1, largeRowsMax / rows) : 1));
  }

  #add(): Row {
    const [letter, label, percent] = [
      el("b", "letter"),
      el("span", "label"),
      el("span", "percent"),
    ];
    const row = el(
      "li",
      "bar",
      el("i", "fill"),
      ...(this.#hasLetters ? [letter] : []),
      label,
      percent,
    );
    this.element.append(row);
    const made = { row, letter, label, percent };
    this.#rows.push(made);
    return made;
  }
}
