import { cpus } from "node:os";
import { defaults, testCastor } from "../src/kernel/testing.ts";
import { library } from "../src/learn/library/index.ts";
import { search, similar } from "../src/learn/library/contract.ts";
import { atMost, type BenchResult, type BenchRow, median } from "./kit/rows.ts";

const stories = 5_000;
const asks = 200;
const barMs = 50;

const words = [
  ...[
    "database",
    "certificate",
    "leap",
    "second",
    "campaign",
    "traffic",
    "deploy",
    "rollback",
    "cache",
    "power",
  ],
  ...[
    "router",
    "backbone",
    "disk",
    "queue",
    "retry",
    "cascade",
    "config",
    "typo",
    "primary",
    "replica",
    "cooling",
  ],
];
/** The same texts each time: a small generator with a fixed seed. */
function draws(): () => number {
  let state = 42;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
}

/** A list as long as twenty-six of the largest one that is public. */
function collection(): string {
  const draw = draws();
  const word = (): string => {
    // A few words are in many texts, and most are in few, as in what people write.
    const common = draw() % 3 > 0;
    return common ? (words[draw() % words.length] ?? "") : `w${draw() % 4_000}`;
  };
  const sentence = (): string => Array.from({ length: 14 }, word).join(" ");
  const story = (n: number): string =>
    `[Company ${n % 400}](https://stories.example/${n}). ${sentence()}. ${sentence()}. ${sentence()}.`;
  return `# All\n\n## Known\n\n${Array.from({ length: stories }, (_, n) => story(n)).join("\n\n")}\n`;
}

type Took = { wallMs: number[]; cpuMs: number };

/** What many questions took, asked as a person who types would; processor time does not mind who else is at work here. */
async function took(ask: (n: number) => Promise<unknown>): Promise<Took> {
  const wallMs: number[] = [];
  const before = process.cpuUsage();
  for (let n = 0; n < asks; n++) {
    const began = performance.now();
    await ask(n);
    wallMs.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1_000 / asks };
}

const row = (what: string, { wallMs, cpuMs }: Took): BenchRow[] => [
  atMost(`${what}, median`, median(wallMs), barMs, "ms"),
  atMost(`${what}, mean`, cpuMs, barMs, "ms of processor"),
];

/** The library over 5,000 stories: each search counts tags and categories too, as the page needs them. */
export async function bench(): Promise<BenchResult> {
  await using castor = await testCastor([library], { config: defaults([library]) });
  await castor.act("library.import", { source: "all", text: collection() });
  await castor.advance(1_000);
  const some = { limit: 30, offset: 0 };
  const typed = [
    "d",
    "dat",
    "database",
    "database rep",
    "leap second",
    "w12",
    "campaign traffic cache",
  ];
  const found = await took((n) => castor.ask(search, { ...some, text: typed[n % typed.length] }));
  const browsed = await took((n) =>
    castor.ask(search, n % 2 === 0 ? some : { ...some, tag: "database", offset: n }),
  );
  const text =
    "The shop is slow: after the newsletter campaign the database primary failed over and the cache was cold";
  const alike = await took(() => castor.ask(similar, { text, limit: 5 }));
  const on = `of ${stories} stories, ${cpus().length} cores`;
  return {
    name: "library",
    rows: [
      ...row(`search as one types, ${on}`, found),
      ...row(`without words, by tag, ${on}`, browsed),
      ...row(`what happened to others, ${on}`, alike),
    ],
  };
}
