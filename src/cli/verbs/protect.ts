import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
// Not the whole contract, nor a library for YAML: nothing slow stands between the command and the start of control.
import { linkMarks } from "../../absorb/cache/contract/link-marks.ts";
import { type Command, UsageError } from "../command.ts";
import { serviceName } from "../init/look-around.ts";
import { overridesOf, planOf, startOptions } from "../start/plan.ts";
import { runCastor } from "../start/run-castor.ts";

const httpPort = 80;

/** A site as people type it: `localhost:2368` and `2368` are addresses too. */
export function siteUrl(text: string): URL {
  const full = /^\d{2,5}$/.test(text) ? `http://127.0.0.1:${text}` : text;
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(full) ? full : `http://${full}`);
  if (!url || !["http:", "https:"].includes(url.protocol) || url.hostname === "")
    throw new UsageError(
      `\`${text}\` is not an address of a site.`,
      "Write for example castor protect http://localhost:2368.",
    );
  if (url.protocol === "https:")
    throw new UsageError(
      "Castor speaks plain http to the site it stands in front of.",
      "Name the address where the site listens without TLS, such as http://127.0.0.1:3000.",
    );
  if (url.pathname !== "/" || url.search !== "")
    throw new UsageError(
      "Only a whole site can be protected, not a path of one.",
      `Write castor protect ${url.origin}.`,
    );
  return url;
}

/** What `castor protect` is asked for besides standing in front. */
export type Dam = { host?: string | undefined; caches?: boolean; freezes?: boolean };

/** How long pages are shared that say nothing about it; never those for visitors with cookies. */
const unmarked = "10s";

/** The configuration that `castor protect` runs on: one service that is there already, and everything goes to it. */
export function protectConfig(url: URL, { host, caches = false, freezes = false }: Dam): string {
  const name = serviceName(
    url.hostname === "localhost" || /^[\d.]+$/.test(url.hostname) ? "site" : url.hostname,
  );
  const port = url.port === "" && url.protocol === "http:" ? `:${httpPort}` : "";
  const config = {
    catalog: { services: { [name]: { url: `${url.origin}${port}` } } },
    gateway: { routes: [{ ...(host === undefined ? {} : { host }), service: name }] },
    ...(caches || freezes
      ? { cache: { routes: [{ path: "/", unmarked, dropQuery: [...linkMarks] }] } }
      : {}),
    ...(freezes ? { freeze: { sites: { [name]: {} } } } : {}),
  };
  return `# Written by castor protect ${url.origin}; each start writes it again. To keep changes: castor init.\n${Bun.YAML.stringify(config, null, 2)}\n`;
}

/** `castor protect <url>`: no configuration, the gateway stands in front of the site at once. */
export const protect: Command = {
  usage:
    "protect <url> [--cache] [--freeze] [--listen 127.0.0.1:8080] [--host name] [--data .castor] [--workers 2]",
  summary: "Put the dam in front of a site that runs already.",
  about:
    "Visitors come to --listen, Castor passes them on to the site: streaming, WebSocket and server-sent events included. With --cache a crowd is one request at the site, and readers do not notice when it is down; with --freeze a copy of the most visited pages is kept ready too.",
  example: "castor protect http://localhost:2368 --cache --freeze --listen :80",
  wordsMin: 1,
  options: {
    cache: {
      type: "flag",
      about: `Shared pages come from the cache; those that say nothing are shared for ${unmarked}, except with who has a cookie.`,
    },
    freeze: {
      type: "flag",
      about: "Keeps a copy of the most visited pages, for `castor freeze start`; with --cache.",
    },
    host: { type: "text", value: "name", about: "Answer only requests for this host." },
    ...startOptions,
  },
  async run(given, terminal) {
    const url = siteUrl(given.words[0] ?? "");
    const data = resolve(terminal.folder, given.text("data") ?? ".castor");
    const config = join(data, "protect.yaml");
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const dam = { host: given.text("host"), caches: given.flag("cache") };
    writeFileSync(config, protectConfig(url, { ...dam, freezes: given.flag("freeze") }));
    const plan = planOf({ data, config, env: overridesOf(given.text) }, terminal);
    return await runCastor(plan, terminal, { plain: given.flag("plain") });
  },
};
