import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { escapeText } from "./escape.ts";
import type { Refusal } from "../refusal.ts";

const filesMax = 64;
const fileBytesMax = 262_144;
const placeholder = /\{(reason|request-id|retry-after|status|title|says)\}/;

/** What is put into a page for one visitor. */
export type Filling = {
  reason: string;
  "request-id": string;
  "retry-after": string;
  status: string;
  title: string;
  says: string;
};

/** A folder of pages, each named after the reason or the status that it is for: `breaker.open.html`, `503.html`, `5xx.html`. */
export class PageFolder {
  readonly folder: string;
  #pages = new Map<string, readonly string[]>();
  #seen = "";

  constructor(folder: string) {
    this.folder = folder;
    this.look();
  }

  /** Reads what changed; what cannot be read leaves everything as it was. */
  look(): void {
    try {
      const files = readdirSync(this.folder)
        .filter((file) => file.endsWith(".html"))
        .toSorted()
        .slice(0, filesMax)
        .map((file) => ({ file, ...sizeAndTime(join(this.folder, file)) }))
        .filter(({ size }) => size <= fileBytesMax);
      const seen = JSON.stringify(files);
      if (seen === this.#seen) return;
      this.#pages = new Map(
        files.map(({ file }) => [
          file.slice(0, -".html".length),
          readFileSync(join(this.folder, file), "utf8").split(placeholder),
        ]),
      );
      this.#seen = seen;
    } catch (error) {
      const what = String(error);
      if (what !== this.#seen) process.stderr.write(`gateway: pages cannot be read: ${what}\n`);
      this.#seen = what;
    }
  }

  /** The page for a refusal: of its reason, of the reasons that it belongs to, of its status, of all such statuses. */
  pageFor({ reason, status }: Refusal, filling: Filling): string | undefined {
    const parts = reason.split(".");
    const reasons = parts.map((_, n) => parts.slice(0, parts.length - n).join("."));
    const found = [...reasons, String(status), `${String(status)[0]}xx`]
      .map((name) => this.#pages.get(name))
      .find((page) => page !== undefined);
    // Every second part is a placeholder's name.
    return found
      ?.map((part, i) => (i % 2 === 0 ? part : escapeText(filling[part as keyof Filling])))
      .join("");
  }
}

function sizeAndTime(path: string): { size: number; at: number } {
  const { size, mtimeMs } = statSync(path);
  return { size, at: mtimeMs };
}
