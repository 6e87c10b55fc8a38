import { date, duration, longSpan, mostly } from "../../console/ui/format.ts";
import type { list, Probe, show, Tried } from "../../observe/probes/contract.ts";
import type * as z from "zod";
import { type Arguments, type Command, exit, Failure, toCastor } from "../command.ts";
import { connect } from "../connect.ts";
import { cut, ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

type Listed = z.output<(typeof list)["output"]>;
type Shown = z.output<(typeof show)["output"]>;

const whyWidth = 60;
/** Failures stand tall, so that the strip says the same without colour. */
const stripText = (strip: Probe["strip"], length: number): string =>
  strip
    .slice(-length)
    .map((beat) => (beat === "ok" ? "▁" : "█"))
    .join("");

function stateText({ state }: Probe, terminal: Terminal): string {
  const { green, red, dim } = ink(terminal);
  if (state === "unknown") return dim("· not known");
  return state === "passing" ? green("✓ passes") : red("✗ fails");
}

function listText(all: Listed, terminal: Terminal): string {
  const { bold, dim } = ink(terminal);
  const now = Date.now();
  const rows = all.map((probe) => [
    bold(probe.probe),
    stateText(probe, terminal),
    probe.since === null ? "" : longSpan(now - probe.since),
    probe.passedOfDay === null ? "–" : mostly(probe.passedOfDay),
    stripText(probe.strip, 24),
    plain(probe.target),
    probe.state === "failing" ? cut(plain(probe.why), whyWidth) : "",
  ]);
  const heads = ["probe", "", "for", "day", "last beats", "asks", ""].map(dim);
  return `${table([heads, ...rows], { right: [2, 3] })}\n`;
}

/** `castor probe list`. */
export const probeList: Command = {
  usage: "probe list",
  summary: "What Castor looks at from outside, and how each is.",
  example: "castor probe list",
  options: toCastor,
  wordsMax: 0,
  async run(given, terminal) {
    const all = (await connect(given, terminal).ask("probes.list", {})) as Listed;
    if (given.flag("json")) terminal.out(`${JSON.stringify(all)}\n`);
    else if (all.length > 0) terminal.out(listText(all, terminal));
    else
      terminal.out(
        "There is no probe yet. Write one into castor.yaml: probes: { front: { url: https://shop.example/ } }\n",
      );
    return exit.ok;
  },
};

const certificateText = (of: { until: number; issuer: string; names: string[] }): string =>
  `holds until ${date(of.until)} (${longSpan(of.until - Date.now())}), by ${plain(of.issuer)}, for ${plain(of.names.slice(0, 5).join(", "))}`;

function showText({ probe, expects, history, passedOfMonth }: Shown, terminal: Terminal): string {
  if (!probe) return "";
  const { bold, dim } = ink(terminal);
  const medians = history.medianMs.filter((each) => each !== null);
  const middle = medians.toSorted((a, b) => a - b)[Math.floor(medians.length / 2)];
  const figures = [
    probe.passedOfDay === null ? undefined : `${mostly(probe.passedOfDay)} of the last day`,
    passedOfMonth === null ? undefined : `${mostly(passedOfMonth)} of the last 30 days`,
  ].filter((each) => each !== undefined);
  const since = probe.since === null ? "" : ` for ${longSpan(Date.now() - probe.since)}`;
  const rows = [
    ["asks", `${plain(probe.target)} every ${duration(probe.everyMs)}`],
    ["expects", plain(expects.join(", "))],
    ["why", plain(probe.why)],
    ["last beats", stripText(probe.strip, 64)],
    ["passed", figures.join(", ") || "nothing counted yet"],
    ["took", middle === undefined ? "nothing counted yet" : `${Math.round(middle)} ms (median)`],
    ...(probe.certificate ? [["certificate", certificateText(probe.certificate)]] : []),
  ];
  const cells = rows.map(([name = "", text = ""]) => [dim(name), text]);
  return `${bold(probe.probe)}  ${stateText(probe, terminal)}${since}\n${table(cells, { indent: 2 })}\n`;
}

/** `castor probe show`. */
export const probeShow: Command = {
  usage: "probe show <probe> [--hours 24]",
  summary: "One probe: what it expects, and how it was.",
  example: "castor probe show shop-front",
  options: { hours: { type: "text", value: "3", about: "How far back." }, ...toCastor },
  wordsMin: 1,
  wordsMax: 1,
  async run(given, terminal) {
    const [name = ""] = given.words;
    const hours = given.text("hours");
    const input = { probe: name, ...(hours === undefined ? {} : { hours }) };
    const shown = (await connect(given, terminal).ask("probes.show", input)) as Shown;
    if (!shown.probe)
      throw new Failure(`There is no probe ${plain(name)}.`, "castor probe list shows them.");
    terminal.out(given.flag("json") ? `${JSON.stringify(shown)}\n` : showText(shown, terminal));
    return exit.ok;
  },
};

/** Tells a beat; the exit code says how it went. */
function tell(tried: Tried, given: Arguments, terminal: Terminal): number {
  const { green, red } = ink(terminal);
  const mark = tried.ok ? green("✓") : red("✗");
  const proof = tried.certificate
    ? `  its certificate ${certificateText(tried.certificate)}\n`
    : "";
  terminal.out(
    given.flag("json") ? `${JSON.stringify(tried)}\n` : `${mark} ${plain(tried.says)}\n${proof}`,
  );
  return tried.ok ? exit.ok : exit.refused;
}

/** `castor probe check`: for scripts too, by its exit code. */
export const probeCheck: Command = {
  usage: "probe check <probe>",
  summary: "Ask what a probe asks, once and now; exits 1 where it fails.",
  example: "castor probe check shop-front",
  options: toCastor,
  wordsMin: 1,
  wordsMax: 1,
  async run(given, terminal) {
    const [probe = ""] = given.words;
    const tried = await connect(given, terminal).act("probes.check", { probe });
    return tell(tried as Tried, given, terminal);
  },
};

const listOf = (text: string | undefined): string[] | undefined =>
  text === undefined ? undefined : [text];

/** `castor probe try`: an address that is in no configuration. */
export const probeTry: Command = {
  usage: "probe try <address> [--contains text]",
  summary: "Ask an address once, to try a probe before it is written; exits 1 where it fails.",
  about:
    "From where Castor runs, and as a probe would: https://…, tcp://host:port, tls://host:port, dns:name?type=A or dns://server/name. It takes an admin, since Castor reaches more than you may.",
  example: "castor probe try https://shop.example/ --contains 'Add to basket'",
  options: {
    contains: { type: "text", value: "text", about: "A text that must be there." },
    matches: { type: "text", value: "re2", about: "An expression that must be there." },
    status: { type: "text", value: "2xx", about: "The status it must be answered with." },
    timeout: { type: "text", value: "5s", about: "A beat that takes longer has failed." },
    follow: { type: "flag", about: "Follow redirects." },
    ...toCastor,
  },
  wordsMin: 1,
  wordsMax: 1,
  async run(given, terminal) {
    const [address = ""] = given.words;
    const status = given.text("status");
    const input = {
      ...{ address, timeout: given.text("timeout"), follow: given.flag("follow") || undefined },
      ...{ contains: listOf(given.text("contains")), matches: listOf(given.text("matches")) },
      status: status === undefined ? undefined : [/^\d+$/.test(status) ? Number(status) : status],
    };
    const tried = await connect(given, terminal).act("probes.try", input);
    return tell(tried as Tried, given, terminal);
  },
};
