type Attributes = Readonly<Record<string, string>>;

/** An element with its class, its text or children. Text is only ever text: nothing that people wrote becomes markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

export function svg(tag: string, attributes: Attributes, ...content: Node[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** Sets text only when it changed, so that screen readers and the layout stay calm. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The part of the address that names the run: `/live/<run>/…`. */
export const runHere = (): string => location.pathname.split("/")[2] ?? "";

/** `A`, `B`, …: choices are told apart by letter as well as by colour. */
export const letterOf = (choice: number): string => String.fromCharCode(65 + choice);

/** Words up to this length stand at full size; longer ones take about the same room. */
const largeChars = 80;
export const sizeOf = (text: string): number =>
  Math.min(1, Math.sqrt(largeChars / Math.max(1, text.length)));
