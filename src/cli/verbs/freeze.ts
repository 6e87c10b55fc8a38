import { resolve } from "node:path";
import { checkExport, type Checked } from "../../absorb/freeze/export/check.ts";
import { untar } from "../../absorb/freeze/export/tar.ts";
import type { Api } from "../api.ts";
import { type Arguments, type Command, exit, type Options, toCastor } from "../command.ts";
import { connect } from "../connect.ts";
import { writeSite } from "../freeze/write-site.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const service: Options = {
  service: {
    type: "text",
    value: "blog",
    about: "Which service; all under freeze.sites when absent.",
  },
};
const listedMax = 20;

type Status = {
  sites: {
    service: string;
    ageMs?: number;
    frozen?: { reason: string };
    snapshot?: { pages: number; coverage: number | null };
    crawling?: { done: number; known: number };
    forms: { waiting: number; failed: number };
    lastFailure?: string;
  }[];
};
type Coverage = {
  sites: {
    service: string;
    says: string;
    pages: { key: string; share: number; upTo: number; kept: boolean }[];
    missing: { url: string; neededBy: string; why: string }[];
    external: { host: string; count: number }[];
  }[];
};

const chosen = (given: Arguments): { service?: string } => {
  const name = given.text("service");
  return name === undefined ? {} : { service: name };
};

/** `castor freeze`: the copy is served from now on. */
export const freeze: Command = {
  usage: "freeze [--reason text] [--service blog] [--for 1h] [--forms queue|refuse|pass]",
  summary: "Serve the site from its own copy: the origin gets a rest.",
  about:
    "castor freeze crawl takes a new copy, castor freeze coverage says what is in it, castor thaw ends it.",
  example: 'castor freeze --reason "front page" --for 2h',
  options: {
    ...service,
    reason: { type: "text", value: "text", about: "Why; the log and the answers carry it." },
    for: { type: "text", value: "1h", about: "For how long; until `castor thaw` when absent." },
    forms: { type: "text", value: "queue|refuse|pass", about: "What happens to forms." },
    anyway: { type: "flag", about: "Even without a copy: only what the cache holds is answered." },
    ...toCastor,
  },
  async run(given, terminal) {
    const to = connect(given, terminal);
    const [time, forms] = [given.text("for"), given.text("forms")];
    await to.act("freeze.start", {
      ...chosen(given),
      reason: given.text("reason") ?? "asked for on the command line",
      ...(time === undefined ? {} : { for: time }),
      ...(forms === undefined ? {} : { forms }),
      ...(given.flag("anyway") ? { anyway: true } : {}),
    });
    return await tellStatus(to, given, terminal);
  },
};

/** `castor thaw`: visitors reach the origin again. */
export const thaw: Command = {
  usage: "thaw [--service blog]",
  summary: "End a freeze: visitors reach the origin again, kept forms are sent.",
  example: "castor thaw",
  options: { ...service, ...toCastor },
  async run(given, terminal) {
    const to = connect(given, terminal);
    await to.act("freeze.end", chosen(given));
    return await tellStatus(to, given, terminal);
  },
};

/** `castor freeze status`. */
export const freezeStatus: Command = {
  usage: "freeze status [--service blog]",
  summary: "What is frozen, how old the copies are, how many forms wait.",
  example: "castor freeze status",
  options: { ...service, ...toCastor },
  run: (given, terminal) => tellStatus(connect(given, terminal), given, terminal),
};

async function tellStatus(to: Api, given: Arguments, terminal: Terminal): Promise<number> {
  const status = (await to.ask("freeze.status", chosen(given))) as Status;
  if (given.flag("json")) terminal.out(`${JSON.stringify(status)}\n`);
  else for (const site of status.sites) terminal.out(`${linesOf(site, terminal).join("\n")}\n`);
  if (status.sites.length === 0 && !given.flag("json"))
    terminal.out("No service is named under freeze.sites in castor.yaml.\n");
  return exit.ok;
}

function linesOf(site: Status["sites"][number], terminal: Terminal): string[] {
  const { bold, yellow, green, dim } = ink(terminal);
  const { frozen, snapshot, crawling, forms, lastFailure, ageMs = 0 } = site;
  const state = frozen ? `${yellow("frozen")}: ${plain(frozen.reason)}` : green("live");
  const copy = snapshot
    ? `a copy of ${snapshot.pages} pages, ${Math.floor(ageMs / 60_000)} minutes old`
    : "no copy yet";
  return [
    `${bold(plain(site.service))}  ${state}`,
    `  ${copy}${crawling ? dim(`, a new one is being taken (${crawling.done} of ${crawling.known} so far)`) : ""}`,
    ...(lastFailure === undefined
      ? []
      : [`  ${yellow("the last try failed:")} ${plain(lastFailure)}`]),
    ...(forms.waiting + forms.failed > 0
      ? [`  ${forms.waiting} kept forms wait, ${forms.failed} could not be sent`]
      : []),
  ];
}

/** `castor freeze coverage`: "40 pages = 98 % of visits". */
export const freezeCoverage: Command = {
  usage: "freeze coverage [--service blog]",
  summary: "How many visits the copy covers, page by page.",
  example: "castor freeze coverage",
  options: { ...service, ...toCastor },
  async run(given, terminal) {
    const { sites } = (await connect(given, terminal).ask(
      "freeze.coverage",
      chosen(given),
    )) as Coverage;
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify({ sites })}\n`);
      return exit.ok;
    }
    const { bold, dim, green, yellow } = ink(terminal);
    const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
    for (const { service: name, says, pages, missing, external } of sites) {
      terminal.out(`${bold(plain(name))}  ${says}\n`);
      const rows = pages
        .slice(0, listedMax)
        .map((each) => [
          each.kept ? green("kept") : yellow("not kept"),
          percent(each.share),
          dim(percent(each.upTo)),
          plain(each.key),
        ]);
      if (rows.length > 0) terminal.out(`${table(rows, { indent: 2 })}\n`);
      for (const each of missing.slice(0, listedMax))
        terminal.out(
          `  ${yellow("missing")} ${plain(`${each.url}: ${each.why} (${each.neededBy})`)}\n`,
        );
      if (external.length > 0)
        terminal.out(
          `  ${dim(`from elsewhere: ${plain(external.map(({ host }) => host).join(", "))}`)}\n`,
        );
    }
    return exit.ok;
  },
};

/** `castor freeze export DIR`: a static site for any web server or bucket. */
export const freezeExport: Command = {
  usage: "freeze export <folder> [--service blog]",
  summary: "Write the copy as a plain static site, links rewritten and checked.",
  about:
    "The folder is new, empty, or one that an export wrote before. Exit 1 when a page lacks something it needs.",
  example: "castor freeze export ./site",
  wordsMin: 1,
  wordsMax: 1,
  options: { ...service, ...toCastor },
  async run(given, terminal) {
    const archive = await connect(given, terminal).stream("freeze.archive", chosen(given));
    const [folder = ""] = given.words;
    const path = resolve(terminal.folder, folder);
    const checked = checkExport(await writeSite(path, untar(archive)));
    const isWhole = checked.broken.every(({ isLink }) => isLink);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ folder: path, ...checked })}\n`);
    else terminal.out(reportOf(checked, path, terminal));
    return isWhole ? exit.ok : exit.refused;
  },
};

function reportOf(checked: Checked, folder: string, terminal: Terminal): string {
  const { green, yellow, dim } = ink(terminal);
  const { pages, references, broken, external } = checked;
  const lacking = broken.filter(({ isLink }) => !isLink);
  const links = broken.filter(({ isLink }) => isLink);
  const list = (all: typeof broken): string =>
    all
      .slice(0, listedMax)
      .map(({ from, url }) => `  ${plain(`${from} → ${url}`)}\n`)
      .join("");
  return [
    `${green("✓")} ${pages} pages in ${plain(folder)}, ${references} names checked\n`,
    lacking.length > 0
      ? `${yellow(`${lacking.length} things that pages need are missing:`)}\n${list(lacking)}`
      : "",
    links.length > 0
      ? `${links.length} links lead to pages that are not part of the copy:\n${list(links)}`
      : "",
    external.length > 0 ? `${dim(`from elsewhere: ${plain(external.join(", "))}`)}\n` : "",
  ].join("");
}
