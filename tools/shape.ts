import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isTest, readTree, slicesOf, type SourceFile } from "./tidy/tree.ts";

const root = join(import.meta.dir, "..");
const commitsMax = 200;

const linesOf = ({ text }: SourceFile): number => text.trimEnd().split("\n").length;
const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
const median = (numbers: number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Where a file belongs: a slice, a part of `src`, or a folder of the root. */
export function partOf(path: string): string {
  const [top = "", second = "", third] = path.split("/");
  if (top !== "src") return top;
  if (second === "kernel" || third === undefined) return third === undefined ? "src" : "src/kernel";
  return ["console", "cli", "keeper"].includes(second)
    ? `src/${second}`
    : `src/${second}/${third.replace(/\.tsx?$/, "")}`;
}

type Part = { name: string; product: SourceFile[]; tests: SourceFile[] };

function partsOf(sources: SourceFile[]): Part[] {
  const parts = new Map<string, Part>();
  for (const file of sources) {
    const name = partOf(file.path);
    const part = parts.get(name) ?? { name, product: [], tests: [] };
    (isTest(file.path) ? part.tests : part.product).push(file);
    parts.set(name, part);
  }
  return [...parts.values()].sort((a, b) => a.name.localeCompare(b.name));
}

const column = (text: string | number, width: number): string => String(text).padStart(width);

function printParts(parts: Part[]): void {
  console.log(`${"part".padEnd(28)}  files  lines  median  longest  test lines`);
  for (const { name, product, tests } of parts) {
    const lines = product.map(linesOf);
    console.log(
      [
        name.padEnd(28),
        column(product.length, 6),
        column(sum(lines), 7),
        column(median(lines), 8),
        column(Math.max(0, ...lines), 9),
        column(sum(tests.map(linesOf)), 12),
      ].join(""),
    );
  }
}

function printSizes(product: SourceFile[]): void {
  const lines = product.map(linesOf);
  const inLongFiles = sum(lines.filter((count) => count > 300));
  const share = ((100 * inLongFiles) / Math.max(1, sum(lines))).toFixed(1);
  console.log(`\nfile, median             ${median(lines)} lines (aim 80, stop at 100)`);
  console.log(`code in files > 300      ${share} % (aim 0, stop at 10)`);
  const casts = (pattern: RegExp): number =>
    sum(
      product
        .filter(({ path }) => path.startsWith("src/") && !path.startsWith("src/kernel/"))
        .map(({ text }) => text.match(pattern)?.length ?? 0),
    );
  console.log(
    `any, as unknown as       ${casts(/: any\b|as unknown as/g)} outside the kernel (aim 0)`,
  );
  const longest = [...product].sort((a, b) => linesOf(b) - linesOf(a)).slice(0, 8);
  console.log(
    `\nlongest\n${longest.map((each) => `${column(linesOf(each), 5)}  ${each.path}`).join("\n")}`,
  );
}

/** How many parts one commit touched: a feature that is everywhere is a feature in the wrong shape. */
function printScatter(): void {
  const git = Bun.spawnSync(
    ["git", "log", `-${commitsMax}`, "--no-merges", "--name-only", "--format=%x00"],
    { cwd: root },
  );
  const commits = git.stdout
    .toString()
    .split("\0")
    .map((files) => files.split("\n").filter((path) => /\.tsx?$/.test(path)))
    .filter((files) => files.length > 0);
  const parts = commits.map((files) => new Set(files.map(partOf)).size);
  const many = parts.filter((count) => count > 4).length;
  console.log(
    `\nparts per commit         median ${median(parts)} over ${parts.length} commits (aim 1–2); ${many} touched more than 4`,
  );
}

if (import.meta.main) {
  const tree = readTree(root, readdirSync(root));
  const parts = partsOf(tree.sources);
  printParts(parts);
  printSizes(parts.flatMap(({ product }) => product));
  console.log(`\ncapabilities             ${slicesOf(tree).length}`);
  printScatter();
}
