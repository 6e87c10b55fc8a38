import { BodyRefused, type Effects, route } from "#kernel";
import { isRefusal } from "#kernel/contract";
import type { Config } from "../config.ts";
import { intakeFor, type Opened, tokensIn } from "./door.ts";
import { filterIn } from "../wire/alertmanager.ts";
import { unreadable, wrong } from "../wire/replies.ts";
import { expireCommand, PutSilence, putCommand, silencesView } from "../silences.ts";
import { timeIn } from "../wire/alertmanager.ts";
import { bodyOf, jsonOf, pass } from "./pass.ts";
import { silenceShown, silencesShown } from "./silences-shown.ts";
import { receiversOf } from "../model/route.ts";
import { rootOf, statusShown } from "./status.ts";

const json = (value: unknown, status = 200): Response =>
  new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { "content-type": "application/json" },
  });
const done = (): Response => new Response(null, { status: 200 });

type Call = { request: Request; fx: Effects<Config>; opened: Opened; query: URLSearchParams };

const silencesOf = (fx: Effects<Config>) => Object.values(fx.view(silencesView));

/** What is about alerts is done by the outpost. */
async function passed({ request, fx, opened }: Call, path: string): Promise<Response> {
  const of = { intake: opened.name, path: path + new URL(request.url, "http://castor").search };
  if (request.method !== "POST") return await pass(fx, request, of);
  const { body, done } = await bodyOf(request);
  try {
    return await pass(fx, request, { ...of, body });
  } finally {
    done();
  }
}

function listSilences({ fx, query }: Call): Response {
  const filter = filterIn(query);
  return typeof filter === "string"
    ? wrong(filter)
    : json(silencesShown(silencesOf(fx), filter, fx.now));
}

async function postSilence({ request, fx }: Call): Promise<Response> {
  const body = await jsonOf(request);
  const { id, ...of } = body;
  const asked = PutSilence.safeParse({
    matchers: of["matchers"],
    startsAt: timeIn(of["startsAt"]),
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
  if (isRefusal(decided)) {
    if (decided.problem.status === 404) return wrong(decided.detail, 404);
    const isTime = decided.detail.includes(" time ");
    return wrong(`${isTime ? "Failed to create silence" : "silence invalid"}: ${decided.detail}`);
  }
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

const plain = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
const alive = (): Response => plain("OK");
/** Whether alerts would be taken now. */
const ready = async (call: Call): Promise<Response> => {
  const { status } = await passed(call, "/-/ready");
  return plain(status === 200 ? "OK" : "not yet", status);
};
/** What rulers of before 2020 still speak, Thanos among them: the same list, but errors and answers are wrapped. */
async function firstVersion(call: Call): Promise<Response> {
  const answer = await passed(call, "/api/v2/alerts");
  if (answer.ok) return json({ status: "success" });
  return json(
    { status: "error", errorType: "bad_data", error: await answer.json() },
    answer.status,
  );
}
const calls: Readonly<Record<string, (call: Call) => Response | Promise<Response>>> = {
  "POST /api/v2/alerts": (call) => passed(call, "/api/v2/alerts"),
  "POST /api/v1/alerts": firstVersion,
  "GET /api/v2/alerts": (call) => passed(call, "/api/v2/alerts"),
  "GET /api/v2/alerts/groups": (call) => passed(call, "/api/v2/alerts/groups"),
  "GET /api/v2/silences": listSilences,
  "POST /api/v2/silences": postSilence,
  "GET /api/v2/receivers": ({ fx }) =>
    json(receiversOf(rootOf(fx.config)).map((name) => ({ name }))),
  "GET /api/v2/status": ({ fx }) => json(statusShown(fx.config, startedAt)),
  "GET /-/healthy": alive,
  "HEAD /-/healthy": alive,
  "GET /-/ready": ready,
  "HEAD /-/ready": ready,
  "POST /-/reload": alive,
};

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function answer(path: string, call: Call): Promise<Response> {
  const { method } = call.request;
  const silence = /^\/api\/v2\/silence\/([^/]+)$/.exec(path)?.[1];
  if (silence !== undefined && !uuid.test(silence))
    return json({ code: 602, message: "silenceID in path must be of type uuid" }, 422);
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
      if (why instanceof BodyRefused) return unreadable("alertmanager", why);
      if (why instanceof SyntaxError) return wrong("The body is no JSON.");
      fx.note(`A silence could not be kept: ${String(why)}`);
      return wrong("It could not be kept; send it again.", 503);
    }
  },
});
