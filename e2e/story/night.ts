import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Look, openBrowser, type Reader } from "../../src/console/journeys/reader.ts";
import { smtpServer, type Taken } from "../../src/platform/mail/smtp-server.testing.ts";
import { allServe, freePort, later, type Running, startCastor, until } from "../running.ts";
import { writeHourBefore } from "./hour-before.ts";
import { makeReleases, type Release, shopOf } from "./releases.ts";

/** Pictures for docs/a-bad-night.md, where somebody wants them. */
const pictures = Bun.env["CASTOR_PICTURES"];
export async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

let browser: ReturnType<typeof openBrowser> | undefined;

/** A window of somebody whom nobody knows. */
export async function stranger(castor: Running, look: Look): Promise<Reader> {
  if (!browser) {
    browser = openBrowser();
    later(async () => {
      await (await browser)?.close();
      browser = undefined;
    });
  }
  return (await browser).reader(castor.console.replace("127.0.0.1", "localhost"), look);
}

/** A window of somebody who may answer an incident. */
export async function operator(castor: Running): Promise<Reader> {
  const reader = await stranger(castor, "light");
  const { link } = (await castor.api.act("people.invite", { role: "operator" })) as {
    link: string;
  };
  await reader.join(link, "four unrelated good words");
  return reader;
}

/** What a letter says; long lines are broken by quoted-printable. */
export const plain = ({ text }: Taken): string =>
  text.replaceAll("=\r\n", "").replaceAll("=3D", "=");
/** The address that follows some words in a letter, such as "Look at it:". */
export function linkIn(letter: Taken, words: string): string {
  const text = plain(letter);
  const found = /https?:\S+/.exec(text.slice(text.indexOf(words)))?.[0];
  if (found === undefined || !text.includes(words)) throw new Error(`No "${words}" in ${text}`);
  return found;
}

export type TimelineRow = {
  position: number;
  at: number;
  type: string;
  says: string;
  link: string;
};
export const rowsOf = async ({ api }: Running): Promise<TimelineRow[]> =>
  ((await api.ask("incidents.timeline", { incident: "inc-1" })) as { rows: TimelineRow[] }).rows;

const configOf = (of: {
  release: Release;
  dsn: string;
  smtp: number;
  console: string;
  elsewhere: string;
}) => ({
  catalog: { services: { shop: shopOf(of.release, of.dsn) } },
  gateway: { workers: 1, routes: [{ service: "shop" }], trustedProxies: ["127.0.0.1"] },
  errors: { projects: { shop: {} } },
  alerts: {
    route: { groupBy: ["service"], wait: "5s" },
    objectives: { "shop-answers": { service: "shop", target: "99.9%" } },
  },
  mail: {
    smtp: { host: "127.0.0.1", port: of.smtp, security: "none" },
    from: "castor@shop.example",
  },
  paging: {
    address: of.console,
    people: { ann: { channels: [{ kind: "email", to: "ann@shop.example" }] } },
  },
  "status-page": {
    ...{ title: "Upstream Outfitters", url: `${of.console}/status`, languages: ["en", "fr"] },
    components: { shop: { name: { en: "Shop", fr: "Boutique" }, service: "shop" } },
    publish: { targets: { elsewhere: { kind: "directory", path: of.elsewhere } } },
    subscribe: { address: `${of.console}/status` },
  },
});

/** A fact of the log and the stretch of time, by the test's own clock, in which it must have happened. */
export type Moment = { type: string; from: number; to: number };

/** Castor in front of a shop that has run well for more than an hour, with a mail server beside it. */
export async function night() {
  const folder = mkdtempSync(join(tmpdir(), "castor-story-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  await writeHourBefore(join(folder, ".castor"));
  makeReleases(folder);
  const smtp = await smtpServer();
  later(() => smtp[Symbol.asyncDispose]());
  const [gateway, console] = [`http://127.0.0.1:${freePort()}`, `http://127.0.0.1:${freePort()}`];
  const elsewhere = join(folder, "elsewhere");
  const given = { smtp: smtp.port, console, elsewhere };
  const castor = await startCastor({
    after: { folder, gateway, console },
    config: configOf({ ...given, release: "2.4.0", dsn: "" }),
  });
  const dsn = await until("the inbox is there", async () => {
    const { projects } = (await castor.api.ask("errors.projects")) as {
      projects: { dsn: string }[];
    };
    return projects[0]?.dsn;
  });
  const deploy = (release: Release): void =>
    castor.writeConfig(configOf({ ...given, release, dsn }));
  deploy("2.4.0");
  await until("the shop knows its inbox", async () => {
    const [changed] = await castor.log("catalog.service-changed");
    return changed !== undefined;
  });
  await allServe(castor, 1);
  const moments: Moment[] = [];
  return {
    ...{ castor, deploy, moments, elsewhere },
    /** Does something, and waits until the log has what it led to; the timeline is to have it at a time in between. */
    during: async <T>(types: readonly string[], act: () => Promise<T>): Promise<T> => {
      const from = Date.now();
      const done = await act();
      for (const type of types) {
        await until(`the log has ${type}`, async () =>
          (await castor.log(type)).some(({ at }) => at >= from),
        );
        moments.push({ type, from, to: Date.now() });
      }
      return done;
    },
    letters: {
      /** The letter to somebody that says so, once the mail server has it. */
      to: async (to: string, words: string): Promise<Taken> => {
        for (let count = 1; ; count++) {
          const all = await smtp.taken(count);
          const found = all.find((each) => each.to.includes(to) && plain(each).includes(words));
          if (found) return found;
          count = Math.max(count, all.length);
        }
      },
    },
  };
}
