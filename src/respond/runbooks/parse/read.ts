import type { Mistake } from "../contract.ts";
import { readCommand } from "./command.ts";
import { readFrontMatter } from "./front-matter.ts";
import type { RawBlock, RawStep, Runbook } from "./runbook.ts";

export const stepsMax = 200;
const stepCharsMax = 500;

type Found = Omit<Mistake, "file">;
type Draft = {
  says: string;
  more: string[];
  indent: number;
  heading: string;
  command?: RawStep["command"];
};

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");
const stepIdChars = 8;

/**
 * Reads a runbook. Its steps are its `- [ ]` items, or, where it has none, its headings below the first. A block fenced as
 * `castor` runs with the step above it. What is not understood stays text.
 */
export function readRunbook(text: string, of: { runbook: string; file: string }): Runbook {
  const whole = text.replaceAll("\r\n", "\n").replace(/^\uFEFF/, "");
  const { front, body, linesBefore, mistakes } = readFrontMatter(whole);
  const lines = body.split("\n");
  const reading = new Reading(lines, linesBefore, hasItems(lines));
  reading.all();
  const title = front.title ?? reading.title ?? titleOf(of.runbook);
  return {
    ...of,
    title: title.slice(0, 200),
    ...{ services: front.services ?? [], alerts: front.alerts ?? [], labels: front.labels ?? {} },
    blocks: reading.blocks,
    mistakes: [...mistakes, ...reading.mistakes].map((each) => ({ file: of.file, ...each })),
    sha256: sha256(whole).slice(0, 16),
  };
}

const titleOf = (name: string): string =>
  (name.split("/").at(-1) ?? name).replaceAll(/[-_]+/g, " ").replace(/^./, (c) => c.toUpperCase());

const itemPattern = /^(\s*)(?:[-*+]|\d+[.)]) \[[ xX]\] (.*)$/;
const fencePattern = /^(\s*)(```+|~~~+)\s*(\S*)/;
const widthOf = (space: string): number => space.replaceAll("\t", "    ").length;

/** Taken apart step by step: one expression for all of it would take for ever on a line that somebody made for that. */
function headingIn(line: string): { depth: number; title: string } | undefined {
  const depth = /^(#{1,6})\s/.exec(line)?.[1]?.length;
  if (depth === undefined) return undefined;
  const text = line.slice(depth).trim();
  let end = text.length;
  while (text[end - 1] === "#") end--;
  return { depth, title: text.slice(0, end).trimEnd() };
}

/** An item within a fence of code is none. */
function hasItems(lines: readonly string[]): boolean {
  let fence = "";
  return lines.some((line) => {
    const mark = fencePattern.exec(line)?.[2];
    if (fence !== "") {
      if (mark?.startsWith(fence)) fence = "";
      return false;
    }
    if (mark !== undefined) fence = mark;
    return itemPattern.test(line);
  });
}

/** One pass over the lines of a file. */
class Reading {
  readonly blocks: RawBlock[] = [];
  readonly mistakes: Found[] = [];
  title: string | undefined;
  readonly #lines: readonly string[];
  readonly #before: number;
  readonly #isListed: boolean;
  readonly #ids = new Set<string>();
  #text: string[] = [];
  #step: Draft | undefined;
  #heading = "";
  #steps = 0;

  constructor(lines: readonly string[], before: number, isListed: boolean) {
    this.#lines = lines;
    this.#before = before;
    this.#isListed = isListed;
  }

  all(): void {
    for (let at = 0; at < this.#lines.length;) at = this.#take(at);
    this.#close();
  }

  /** Takes the line there, or the fence that begins there; answers where to go on. */
  #take(at: number): number {
    const line = this.#lines[at] ?? "";
    const [, space = "", mark, language = ""] = fencePattern.exec(line) ?? [];
    if (mark !== undefined) return this.#fence(at, { space, mark, language });
    const heading = headingIn(line);
    if (heading) this.#onHeading(line, heading, at);
    else if (itemPattern.test(line)) this.#onItem(line, at);
    else this.#onLine(line);
    return at + 1;
  }

  #onHeading(line: string, { depth, title }: { depth: number; title: string }, at: number): void {
    if (this.title === undefined && depth === 1) {
      this.#close();
      this.title = title;
      return;
    }
    this.#heading = title;
    if (this.#step) this.#close();
    if (this.#isListed || depth === 1) this.#text.push(line);
    else this.#begin({ says: title, indent: 0 }, at);
  }

  #onItem(line: string, at: number): void {
    const [, space = "", says = ""] = itemPattern.exec(line) ?? [];
    this.#begin({ says: says.trimStart(), indent: widthOf(space) }, at);
  }

  #begin({ says, indent }: { says: string; indent: number }, at: number): void {
    this.#close();
    this.#steps++;
    if (this.#steps === stepsMax + 1)
      this.mistakes.push({
        line: this.#lineOf(at),
        what: `It has more than ${stepsMax} steps; the rest is shown as text.`,
        fix: "Make two runbooks of it.",
      });
    if (this.#steps > stepsMax) this.#text.push(`- ${says}`);
    else
      this.#step = {
        ...{ says: says.slice(0, stepCharsMax), more: [], indent, heading: this.#heading },
      };
  }

  #onLine(line: string): void {
    const step = this.#step;
    if (step === undefined) return void this.#text.push(line);
    const indent = widthOf(/^\s*/.exec(line)?.[0] ?? "");
    // Below a heading everything belongs to it; below an item what is indented does.
    if (line.trim() === "" || !this.#isListed || indent > step.indent) step.more.push(line);
    else {
      this.#close();
      this.#text.push(line);
    }
  }

  #fence(
    at: number,
    { space, mark, language }: Record<"space" | "mark" | "language", string>,
  ): number {
    const end = this.#endOf(mark, at + 1);
    if (end < 0)
      this.mistakes.push({
        line: this.#lineOf(at),
        what: "This block of code has no end.",
        fix: `Add a line ${mark} below it.`,
      });
    const stop = end < 0 ? this.#lines.length : end;
    const inside = this.#lines.slice(at + 1, stop);
    if (language === "castor" && end >= 0) this.#command(inside, space, at);
    else {
      const isIn =
        this.#step !== undefined && (!this.#isListed || widthOf(space) > this.#step.indent);
      if (!isIn && this.#step) this.#close();
      const to = isIn && this.#step ? this.#step.more : this.#text;
      to.push(...this.#lines.slice(at, Math.min(stop + 1, this.#lines.length)));
    }
    return stop + 1;
  }

  /** Where a line ends the fence; less than nothing where none does. */
  #endOf(mark: string, from: number): number {
    for (let at = from; at < this.#lines.length; at++) {
      const line = this.#lines[at]?.trim() ?? "";
      if (line.startsWith(mark) && /^[`~]+$/.test(line)) return at;
    }
    return -1;
  }

  #command(inside: readonly string[], space: string, at: number): void {
    const line = this.#lineOf(at + 1);
    const text = inside
      .map((each) => each.replace(new RegExp(`^\\s{0,${space.length}}`), ""))
      .join("\n");
    const read = readCommand(text, line);
    // A step runs one thing; and a command without a step is one itself.
    if (this.#step === undefined || this.#step.command)
      this.#begin({ says: "command" in read ? `Run ${read.command.verb}` : "Run", indent: 0 }, at);
    if ("mistake" in read) this.mistakes.push(read.mistake);
    const step = this.#step;
    if (step === undefined) return;
    if ("command" in read) step.command = read.command;
    else step.more.push("```", ...inside, "```");
  }

  #close(): void {
    const draft = this.#step;
    this.#step = undefined;
    if (draft) this.blocks.push({ kind: "step", step: this.#stepOf(draft) });
    const markdown = this.#text.join("\n").trim();
    this.#text = [];
    if (markdown !== "") this.blocks.push({ kind: "text", markdown });
  }

  /** By its words and where it stands: what was ticked stays so while other steps come and go. */
  #stepOf({ says, more, indent, heading, command }: Draft): RawStep {
    let step = "";
    for (let n = 0; step === "" || this.#ids.has(step); n++)
      step = sha256(`${heading}\n${says}\n${n}`).slice(0, stepIdChars);
    this.#ids.add(step);
    const below = more.map((line) => line.replace(new RegExp(`^\\s{0,${indent + 2}}`), ""));
    return { step, says, more: below.join("\n").trim(), ...(command ? { command } : {}) };
  }

  #lineOf(at: number): number {
    return this.#before + at + 1;
  }
}
