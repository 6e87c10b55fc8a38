import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { capabilities } from "../../castor.ts";
import {
  configJsonSchema,
  configurationOf,
  loadConfig,
  printMistakes,
} from "../../kernel/config/index.ts";
import { type Command, exit, Failure } from "../command.ts";
import { lookAround, serviceName, type Surroundings } from "../init/look-around.ts";
import { type Answers, configText } from "../init/write-config.ts";
import { ink } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { configFile } from "../start/plan.ts";

const instancesOtherwise = 2;
const portsOfCastor = [4600, 8080];
const portOtherwise = 3000;
/** Where frameworks listen unless told otherwise, the commonest first. */
const portsOfSites = [3000, 8000, 5000, 2368, 5173, 4321, 8081, 8888, 1337, 4000];
const portsOfPeople = { min: 1024, max: 32_767 };

/** What is suggested when nobody answers. */
export function suggestion({ name, candidates, listening }: Surroundings): Answers {
  const [first] = candidates;
  const common = { instances: instancesOtherwise, listen: "127.0.0.1:8080" };
  const found = candidates.map(({ why }) => why);
  if (first?.run !== undefined) return { ...common, found, name: first.name, run: first.run };
  const running = likelyPort(listening.map(({ port }) => port));
  return {
    ...common,
    name,
    url: `http://127.0.0.1:${running ?? portOtherwise}`,
    found: running === undefined ? [] : [`something listens on port ${running}`],
  };
}

/** Of the ports that something listens on, the one that is most likely a site. */
function likelyPort(ports: readonly number[]): number | undefined {
  const { min, max } = portsOfPeople;
  const possible = ports.filter(
    (port) => port >= min && port <= max && !portsOfCastor.includes(port),
  );
  return portsOfSites.find((port) => possible.includes(port)) ?? possible[0];
}

/** The first answer is a command, or the address of what runs already. */
export function withSource(answers: Answers, typed: string): Answers {
  const text = typed.trim();
  const { run: _run, url: _url, ...rest } = answers;
  const url = /^\d{2,5}$/.test(text) ? `http://127.0.0.1:${text}` : text;
  return /^https?:\/\//.test(url) ? { ...rest, url } : { ...rest, run: text };
}

async function answered(suggested: Answers, terminal: Terminal): Promise<Answers> {
  const { bold, dim } = ink(terminal);
  const ask = async (question: string, otherwise: string): Promise<string> => {
    const typed = await terminal.ask(`${bold(question)} ${dim(`[${otherwise}]`)} `);
    return typed?.trim() || otherwise;
  };
  const source = await ask(
    "How is it started, or where does it run already (a command, an address or a port)?",
    suggested.run ?? suggested.url ?? "",
  );
  const host = await ask("Under which host name do visitors come (or any)?", "any");
  const listen = await ask("Where shall Castor listen for them?", suggested.listen);
  return {
    ...withSource(suggested, source),
    listen,
    ...(host === "any" ? {} : { host, name: suggested.name || serviceName(host) }),
  };
}

/** `castor init`: a castor.yaml that passes `castor config check`. */
export const init: Command = {
  usage: "init [--yes] [--force] [--config castor.yaml]",
  summary: "Write a commented castor.yaml from what is found here and three answers.",
  about: "Looks at package.json, Procfile, Dockerfile and the ports that something listens on.",
  example: "castor init --yes && castor up",
  options: {
    yes: { type: "flag", short: "y", about: "Ask nothing; take what was found." },
    force: { type: "flag", about: "Write over a file that is there." },
    config: { type: "text", value: configFile, about: "The file to write." },
  },
  async run(given, terminal) {
    const file = given.text("config") ?? configFile;
    const path = resolve(terminal.folder, file);
    if (existsSync(path) && !given.flag("force"))
      throw new Failure(
        `${file} is there already.`,
        "castor config check looks at it; --force writes over it.",
      );
    const suggested = suggestion(lookAround(terminal.folder));
    const { dim, green } = ink(terminal);
    const json = given.flag("json");
    if (!json) for (const each of suggested.found) terminal.out(`${dim("found")} ${each}\n`);
    const answers = given.flag("yes") || json ? suggested : await answered(suggested, terminal);
    const text = configText(answers);
    const configuration = configurationOf(capabilities);
    const checked = loadConfig({ text, file: basename(file), env: {}, ...configuration });
    if (!checked.ok) {
      terminal.err(printMistakes(checked.mistakes, terminal));
      throw new Failure("That does not make a configuration; nothing was written.");
    }
    writeFileSync(path, text);
    const schema = join(dirname(path), ".castor", "castor.schema.json");
    mkdirSync(dirname(schema), { recursive: true, mode: 0o700 });
    writeFileSync(schema, JSON.stringify(configJsonSchema(configuration.sections), undefined, 1));
    if (json) terminal.out(`${JSON.stringify({ file, found: suggested.found })}\n`);
    else terminal.out(`${green("✓")} wrote ${file}. Next: castor up\n`);
    return exit.ok;
  },
};
