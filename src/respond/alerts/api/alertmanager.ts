import { BodyRefused, type Effects, route } from "#kernel";
import { isRefusal } from "#kernel/contract";
import type { Config } from "../config.ts";
import { intakeFor, type Opened, tokensIn } from "../intake/door.ts";
import { deskFor, jsonBody, take } from "../intake/take.ts";
import type { Matcher } from "../contract/silence.ts";
import { readMatcher } from "../model/matcher.ts";
import { expireCommand, PutSilence, putCommand, silencesView } from "../silences.ts";
import { readAlerts, timeIn } from "./read-sent.ts";
import { alertsShown, type Asked, groupsShown, silenceShown, silencesShown } from "./shown.ts";
import { receiversOf } from "../model/route.ts";
import { rootOf, statusShown } from "./status.ts";

const json = (value: unknown, status = 200): Response =>
  new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { "content-type": "application/json" },
  });
/** amtool reads errors as a bare JSON text. */
const wrong = (why: string, status = 400): Response => json(why, status);
const done = (): Response => new Response(null, { status: 200 });

type Call = { request: Request; fx: Effects<Config>; opened: Opened; query: URLSearchParams };

const silencesOf = (fx: Effects<Config>) => Object.values(fx.view(silencesView));

function askedIn(query: URLSearchParams): Asked | string {
  const flag = (name: string): boolean => query.get(name) !== "false";
  const filter: Matcher[] = [];
  for (const text of query.getAll("filter")) {
    const matcher = readMatcher(text);
    if (!matcher) return `bad matcher format: ${text}`;
    filter.push(matcher);
  }
  let receiver: RegExp | undefined;
  const named = query.get("receiver");
  try {
    if (named !== null && named !== "") receiver = new RegExp(`^(?:${named})$`);
  } catch {
    return `failed to parse receiver param: ${named}`;
  }
  const flags = {
    active: flag("active"),
    silenced: flag("silenced"),
    inhibited: flag("inhibited"),
  };
  return { ...flags, filter, receiver };
}

async function postAlerts({ request, fx, opened }: Call): Promise<Response> {
  const sent = readAlerts(await jsonBody(request));
  if (typeof sent === "string") return wrong(sent);
  const mistakes = await take(fx, opened, sent);
  return mistakes.length > 0 ? wrong([...new Set(mistakes)].join("; ")) : done();
}

function listed({ fx, query }: Call, show: typeof alertsShown | typeof groupsShown): Response {
  const asked = askedIn(query);
  if (typeof asked === "string") return wrong(asked);
  return json(show(deskFor(fx).board, silencesOf(fx), asked, fx.now));
}

function listSilences({ fx, query }: Call): Response {
  const asked = askedIn(query);
  if (typeof asked === "string") return wrong(asked);
  return json(silencesShown(silencesOf(fx), asked.filter, fx.now));
}

async function postSilence({ request, fx }: Call): Promise<Response> {
  const body = (await jsonBody(request)) as Record<string, unknown>;
  const { id, ...of } = body;
  const asked = PutSilence.safeParse({
    matchers: of["matchers"],
    startsAt: timeIn(of["startsAt"]) ?? fx.now,
    endsAt: timeIn(of["endsAt"]),
    createdBy: of["createdBy"],
    comment: of["comment"],
    ...(typeof id === "string" && id !== "" ? { id } : {}),
  });
  if (!asked.success)
    return wrong(
      asked.error.issues.map((each) => `${each.path.join(".")}: ${each.message}`).join("; "),
      422,
    );
  const decided = await fx.run(putCommand, asked.data);
  if (isRefusal(decided)) return wrong(decided.detail, decided.problem.status === 404 ? 404 : 400);
  const made = decided.findLast(({ type }) => type === "alerts.silenced");
  return json({ silenceID: (made?.data as { id?: string } | undefined)?.id ?? asked.data.id });
}

function getSilence({ fx }: Call, id: string): Response {
  const silence = fx.view(silencesView)[id];
  return silence ? json(silenceShown(silence, fx.now)) : new Response(null, { status: 404 });
}

async function deleteSilence({ fx }: Call, id: string): Promise<Response> {
  const decided = await fx.run(expireCommand, { id });
  if (!isRefusal(decided)) return done();
  return decided.problem.status === 404
    ? new Response(null, { status: 404 })
    : wrong(decided.detail, 500);
}

/** For people to read in `amtool`; no decision hangs on it. */
const startedAt = performance.timeOrigin;

const alive = (): Response => new Response("OK");
const calls: Readonly<Record<string, (call: Call) => Response | Promise<Response>>> = {
  "POST /api/v2/alerts": postAlerts,
  "GET /api/v2/alerts": (call) => listed(call, alertsShown),
  "GET /api/v2/alerts/groups": (call) => listed(call, groupsShown),
  "GET /api/v2/silences": listSilences,
  "POST /api/v2/silences": postSilence,
  "GET /api/v2/receivers": ({ fx }) =>
    json(receiversOf(rootOf(fx.config)).map((name) => ({ name }))),
  "GET /api/v2/status": ({ fx }) => json(statusShown(fx.config, startedAt)),
  "GET /-/healthy": alive,
  "HEAD /-/healthy": alive,
  "GET /-/ready": alive,
  "HEAD /-/ready": alive,
  "POST /-/reload": alive,
};

async function answer(path: string, call: Call): Promise<Response> {
  const { method } = call.request;
  const silence = /^\/api\/v2\/silence\/([^/]+)$/.exec(path)?.[1];
  if (silence !== undefined && method === "DELETE") return await deleteSilence(call, silence);
  if (silence !== undefined && method === "GET") return getSilence(call, silence);
  const act = calls[`${method} ${path}`];
  return act ? await act(call) : wrong(`path ${path} was not found`, 404);
}

/** Castor in the place of an Alertmanager: Prometheus, amtool and Grafana speak to it as to one. */
export const alertmanagerRoute = route<Config>("ALL", "/in/alertmanager/*", {
  about: "Alertmanager's API v2: alerts, groups, silences, receivers, status.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const { pathname, searchParams } = new URL(request.url, "http://castor");
    const [, segment = "", rest = ""] =
      /^\/in\/alertmanager(?:\/((?!api\/|-\/)[^/]+))?(\/.*)$/.exec(pathname) ?? [];
    const opened = intakeFor(fx.config, "alertmanager", tokensIn(request, segment));
    if (!opened) return wrong("no intake has this token", 401);
    try {
      return await answer(rest, { request, fx, opened, query: searchParams });
    } catch (why) {
      if (why instanceof BodyRefused) return wrong(why.message, why.status);
      fx.note(`An alert could not be kept: ${String(why)}`);
      return wrong("the alerts could not be kept; send them again", 503);
    }
  },
});
