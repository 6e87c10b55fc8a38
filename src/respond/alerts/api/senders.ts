import { BodyRefused, type Effects, type Route, route } from "#kernel";
import { type Config, type IntakeConfig } from "../config.ts";
import { received } from "../contract.ts";
import { intakeFor, type Opened, tokensIn } from "../intake/door.ts";
import { deskFor, jsonBody, take, textBody } from "../intake/take.ts";
import type { Incoming } from "../intake/incoming.ts";
import { isFiring } from "../model/alert.ts";
import { readGeneric } from "../wire/generic.ts";
import { kumaBody, readKuma } from "../wire/kuma.ts";
import type { Understood } from "../wire/read.ts";
import { readWebhook } from "../wire/webhook.ts";

const json = (status: number, body: Record<string, unknown>): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

type Reader = (
  request: Request,
  fx: Effects<Config>,
  opened: Opened,
) => Promise<Understood | string>;

async function readForm(request: Request): Promise<unknown> {
  if (request.method === "GET") {
    const { searchParams } = new URL(request.url, "http://castor");
    const part = (name: string): unknown => JSON.parse(searchParams.get(name) ?? "null");
    return { msg: searchParams.get("msg"), heartbeat: part("heartbeat"), monitor: part("monitor") };
  }
  return kumaBody(await textBody(request), request.headers.get("content-type") ?? "");
}

const webhook: Reader = async (request, fx) => readWebhook(await jsonBody(request), fx.now);
const readers: Readonly<Partial<Record<IntakeConfig["format"], Reader>>> = {
  "alertmanager-webhook": webhook,
  grafana: webhook,
  kuma: async (request, fx) => readKuma(await readForm(request), fx.now),
  generic: async (request, fx, { intake }) =>
    readGeneric(await jsonBody(request), intake.map, fx.now),
};

/** Senders with a key of their own: what was open under it keeps the labels it began with. */
function keyed(alert: Incoming, { name }: Opened, fx: Effects<Config>): Incoming | undefined {
  const key = alert.labels["dedup_key"];
  if (key === undefined) return alert;
  const entry = deskFor(fx).board.withKey(name, key);
  const open = entry && isFiring(entry.alert, fx.now) ? entry.alert : undefined;
  const isOver = (alert.endsAt ?? 0) <= fx.now;
  if (!open) return isOver ? undefined : { ...alert, labels: { ...alert.labels, intake: name } };
  const { startsAt } = open;
  return { ...alert, labels: { ...open.labels }, startsAt: Math.min(startsAt, fx.now) };
}

async function answer(
  request: Request,
  fx: Effects<Config>,
  opened: Opened,
  read: Reader,
): Promise<Response> {
  const understood = await read(request, fx, opened);
  if (typeof understood === "string") return json(400, { error: understood });
  const { alerts, tests } = understood;
  if (tests > 0) fx.count(received, { intake: opened.name, outcome: "test" }, tests);
  const wanted = alerts.flatMap((each) => keyed(each, opened, fx) ?? []);
  const wrong = await take(fx, opened, wanted);
  return wrong.length > 0
    ? json(400, { error: [...new Set(wrong)].join("; ") })
    : json(200, { taken: wanted.length, tests });
}

const senderRoute = (format: IntakeConfig["format"], read: Reader): Route =>
  route<Config>("ALL", `/in/${format}/*`, {
    about: `Alerts as ${format} sends them.`,
    allow: "public",
    serve: async (request, fx: Effects<Config>) => {
      const { pathname } = new URL(request.url, "http://castor");
      const segment = pathname.split("/")[3] ?? "";
      const opened = intakeFor(fx.config, format, tokensIn(request, segment));
      if (!opened) return json(401, { error: "No intake has this token." });
      try {
        return await answer(request, fx, opened, read);
      } catch (why) {
        if (why instanceof BodyRefused) return json(why.status, { error: why.message });
        if (why instanceof SyntaxError) return json(400, { error: "The body is no JSON." });
        fx.note(`An alert could not be kept: ${String(why)}`);
        return json(503, { error: "It could not be kept; send it again." });
      }
    },
  });

const heartbeatRoute = route<Config>("ALL", "/in/heartbeat/*", {
  about: "A dead man's switch: when nothing comes for long enough, that is an alert.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const segment = new URL(request.url, "http://castor").pathname.split("/")[3] ?? "";
    const opened = intakeFor(fx.config, "heartbeat", tokensIn(request, segment));
    if (!opened) return json(401, { error: "No intake has this token." });
    await deskFor(fx).beat(opened.name, fx.now);
    fx.count(received, { intake: opened.name, outcome: "beat" });
    return json(200, { heard: opened.name });
  },
});

export const senderRoutes: readonly Route[] = [
  ...Object.entries(readers).map(([format, read]) =>
    senderRoute(format as IntakeConfig["format"], read),
  ),
  heartbeatRoute,
];
