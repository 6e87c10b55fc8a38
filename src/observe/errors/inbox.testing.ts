import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Net } from "#kernel";
import { noNet, type TestCastor, testAuth, testCastor, testPorts } from "#kernel/testing";
import { console as consoleCapability } from "../../platform/console/index.ts";
import { mail } from "../../platform/mail/index.ts";
import { people } from "../../platform/people/index.ts";
import { privacy } from "../../platform/privacy/index.ts";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { inboxOpened, issues } from "./contract.ts";
import { errors } from "./index.ts";
import { outpostName } from "./intake/picture.ts";
import { startIntake } from "./intake/start.ts";

/** What SDKs sent, recorded; nothing where the recordings are not at hand. */
export const corpusFolder = join(import.meta.dir, "../../../../shared/data/sentry-envelopes");
export const hasCorpus = existsSync(corpusFolder);
export const corpus = (matching: RegExp): string[] =>
  hasCorpus
    ? readdirSync(corpusFolder)
        .filter((name) => !name.endsWith(".headers.json") && matching.test(name))
        .sort()
    : [];
export const recorded = (name: string): string => readFileSync(join(corpusFolder, name), "utf8");
/** Files that carry an event. */
export const withEvent = /\.event(\.\d)?\.envelope$|\.store\.json$/;
/** The event within a recording. */
export const eventIn = (name: string): Record<string, unknown> =>
  JSON.parse(
    name.endsWith(".store.json") ? recorded(name) : (recorded(name).split("\n")[2] ?? "{}"),
  ) as Record<string, unknown>;

export const key = "a".repeat(32);
type Config = Record<string, unknown>;

const open = async ({ castor }: TestCastor): Promise<void> => {
  const fx = castor.effects(errors, { actor: { kind: "system", id: "test" } });
  await fx.record("inbox", [inboxOpened({ why: "a test" })]);
};

export const slices = [settings, consoleCapability, privacy, people, mail, catalog, errors];
/** Control and the intake in one process, on virtual time; project `shop` has the number 1. */
export async function inbox(
  of: {
    config?: Config;
    intake?: boolean;
    opened?: boolean;
    fetch?: Net["fetch"];
    mail?: Config;
    post?: unknown;
  } = {},
) {
  const net = {
    ...noNet,
    fetch: of.fetch ?? (() => Promise.resolve(new Response("ok"))),
    connect: () => Promise.resolve(),
  };
  const ports = testPorts({ net });
  const auth = testAuth({ clock: ports.clock });
  const machine = { folder: "/srv", outpostCommand: (name: string) => ["castor", name] };
  const equipment = { machine, auth, configuration: { file: "castor.yaml", values: () => [] } };
  const castor = await testCastor(slices, {
    ports,
    equipment: { ...equipment, mail: { post: of.post, readTrust: () => "" } },
    config: { errors: { projects: {}, ...of.config }, mail: of.mail ?? {} },
  });
  await castor.run("errors.create-project", { project: "shop", key });
  if (of.opened !== false) await open(castor);
  await castor.advance(1_000);
  const start = () => startIntake(ports.outposts.open(outpostName, ports.stores));
  let intake = of.intake === false ? undefined : start();
  await castor.advance(1_000);
  const send = (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) =>
    ports.outposts.pass(outpostName, `/in/sentry${path}`, {
      method: "POST",
      headers,
      body: typeof body === "string" ? Buffer.from(body) : body,
    });
  const auto = `?sentry_key=${key}&sentry_version=7`;
  return {
    castor,
    ports,
    auth,
    send,
    envelope: (body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) =>
      send(`/api/1/envelope/${auto}`, body, headers),
    store: (event: unknown, headers?: Record<string, string>) =>
      send(`/api/1/store/${auto}`, JSON.stringify(event), headers),
    /** Lets what was found reach the log, and what was decided the tables. */
    settle: () => castor.advance(2_000),
    /** As a killed process that is started again. */
    restart: async () => {
      ports.stores.crash();
      intake = start();
      await castor.advance(1_000);
    },
    intake: () => {
      if (!intake) throw new Error("The intake was not started.");
      return intake;
    },
    [Symbol.asyncDispose]: async () => {
      await intake?.close();
      await castor[Symbol.asyncDispose]();
    },
  };
}

let made = 0;
/** An event as an SDK sends it. */
export const anEvent = (of: Record<string, unknown> = {}): Record<string, unknown> => ({
  event_id: (++made).toString(16).padStart(32, "0"),
  platform: "node",
  level: "error",
  exception: {
    values: [
      {
        type: "TypeError",
        value: "price of booking 12 is undefined",
        stacktrace: {
          frames: [
            { filename: "/srv/shop/main.js", function: "main", lineno: 3, in_app: true },
            { filename: "/srv/shop/price.js", function: "priceOf", lineno: 12, in_app: true },
          ],
        },
        mechanism: { type: "generic", handled: true },
      },
    ],
  },
  ...of,
});
/** The same with another error. */
export const anError = (
  type: string,
  at: string,
  of: Record<string, unknown> = {},
): Record<string, unknown> =>
  anEvent({
    exception: {
      values: [
        {
          type,
          value: `${type} of test`,
          stacktrace: {
            frames: [{ filename: "/srv/shop/a.js", function: at, lineno: 1, in_app: true }],
          },
        },
      ],
    },
    ...of,
  });

/** Issues as a question gives them: id, state and how many events. */
export const listed = async (
  world: Awaited<ReturnType<typeof inbox>>,
  of: Record<string, unknown> = {},
) =>
  (await world.castor.ask(issues, issues.input.parse(of))).issues.map(({ id, state, events }) => [
    id,
    state,
    events,
  ]);
