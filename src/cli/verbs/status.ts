import { type Api } from "../api.ts";
import { type Command, exit, toCastor } from "../command.ts";
import { connect } from "../connect.ts";
import type { Facts } from "../facts.ts";
import { ink } from "../ink.ts";
import { liveRegion } from "../live-region.ts";
import { Now } from "../now.ts";
import { panelLines, serviceLines, trafficLine } from "../panel.ts";
import type { Terminal } from "../terminal.ts";

const factsAsked = 20;

/** `castor status`: what runs and what visitors get, now. */
export const status: Command = {
  usage: "status [--watch]",
  summary: "Services, instances and traffic, now.",
  about: "Exit 0 when every service has an instance in rotation, 1 when one has none.",
  example: "castor status --watch",
  options: {
    watch: { type: "flag", short: "w", about: "Go on showing it, until Ctrl-C." },
    ...toCastor,
  },
  async run(given, terminal) {
    const to = connect(given, terminal);
    if (given.flag("watch")) return await watch(to, given.flag("json"), terminal);
    const answer = await to.ask("gateway.now");
    const now = Now.parse(answer);
    if (given.flag("json")) terminal.out(`${JSON.stringify(answer)}\n`);
    else terminal.out(`${picture(now, to.target.url, terminal)}\n`);
    const stranded = now.services.some(({ instances }) => !instances.some(inRotation));
    return stranded ? exit.refused : exit.ok;
  },
};
const inRotation = (instance: Now["services"][number]["instances"][number]): boolean =>
  instance.healthy && !instance.ejected;

function picture(now: Now, url: string, terminal: Terminal): string {
  const { dim } = ink(terminal);
  const places = `gateway  ${now.listeners.map((each) => (each.includes("://") ? each : `http://${each}`)).join("  ") || "not listening"}\nconsole  ${url}`;
  return `${dim(places)}\n\n${trafficLine(now, terminal)}\n\n${serviceLines(now, terminal).join("\n")}`;
}

async function watch(to: Api, json: boolean, terminal: Terminal): Promise<number> {
  const region = liveRegion(terminal);
  const { signal } = terminal;
  for await (const { data } of to.follow("gateway.now", {}, signal)) {
    if (json) {
      terminal.out(`${data}\n`);
      continue;
    }
    const now = Now.parse(JSON.parse(data));
    const { events } = (await to.ask("log.search", { limit: factsAsked })) as Facts;
    const lines = panelLines(
      { now, facts: events.toReversed(), ends: "ends the watching" },
      terminal,
    );
    if (terminal.isInteractive) region.draw(lines);
    else terminal.out(`${picture(now, to.target.url, terminal)}\n\n`);
  }
  return exit.ok;
}
