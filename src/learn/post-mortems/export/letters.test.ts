import { expect, test } from "bun:test";
import type { PostMortem } from "../contract.ts";
import { night } from "../world.testing.ts";
import { lettersFor } from "./letters.ts";
import { pdfOf } from "./pdf.ts";

async function pdfWith(text: string) {
  const { castor, incident, run, whole } = await night();
  await using _ = castor;
  await incident({ title: "Nobody can pay" });
  await run("write", { postMortem: "pm-1", section: "summary", text, base: 0 });
  const pm: PostMortem = await whole();
  const pdf = Buffer.from(await pdfOf(pm));
  return { pdf, text: pdf.toString("latin1") };
}
const polyglot = "Оплата не работала, Ωμέγα, Őűłżč, Tiếng Việt, Սխալ";

test("what Western readers write needs no font in the file", async () => {
  const { embedded, write, missing } = await lettersFor("Zürich → “naïve” €\tfin");
  expect([Object.keys(embedded), write("a → b\t✓"), missing.size]).toEqual([[], "a -> b  x", 0]);
  const { pdf, text } = await pdfWith("The bank refused “£1”.");
  expect(text).toContain("/BaseFont /Helvetica");
  expect(pdf.length).toBeLessThan(40_000);
});

test("Cyrillic, Greek and other letters are set, each glyph once, with the words behind them to search", async () => {
  const letters = await lettersFor(polyglot);
  expect([letters.write(polyglot), letters.missing.size]).toEqual([polyglot, 0]);
  const { pdf, text } = await pdfWith(polyglot);
  expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+DejaVuSans/);
  expect(text).toContain("/ToUnicode");
  expect(text).not.toContain("/Helvetica");
  // Whole, the three fonts have two megabytes.
  expect(pdf.length).toBeLessThan(120_000);
});

test("letters that cannot be set stand as a box, and are named at the end", async () => {
  const letters = await lettersFor("日");
  expect(letters.write("a 日本 שלום e\u0301 x\ufe0f")).toBe("a □□ □□□□ é x");
  expect([...letters.missing].join("")).toBe("日本שלום");
  const emoji = await lettersFor("🧑‍🚒");
  expect(emoji.write("🧑‍🚒")).toBe("□□");
});
