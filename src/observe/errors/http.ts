import { BodyRefused, type Effects, readBytes, Room, route, sameSecret } from "#kernel";
import type { Config } from "./config.ts";
import { inboxOpened } from "./contract.ts";
import { outpostName } from "./intake/picture.ts";
import { addressHeader } from "./intake/topics.ts";
import { openView, projectsView } from "./project.ts";
import { Lanes } from "./lanes.ts";
import { keyOf, readDsn, targetOf } from "./wire/address.ts";
import { BadEnvelope, readEnvelope } from "./wire/envelope.ts";
import { later, preflight, refused } from "./wire/replies.ts";

/** What the intake needs to know of a request; cookies and tokens of people stay here. */
const passedOn = ["content-type", "content-encoding", "x-sentry-auth", "user-agent", "origin"];
const unavailable = 503;
/** The very first event waits until the process that takes it has started. */
const startWithinMs = 8_000;
const lookAgainMs = 100;
/** Bodies on their way through control, together. */
const room = new Room(64_000_000);
const busyWait = { seconds: 2, categories: [], reason: "busy" };
const awayWait = { ...busyWait, reason: "away" };

function headersFor(request: Request, address: string): Record<string, string> {
  const headers: Record<string, string> = { [addressHeader]: address };
  for (const name of passedOn) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const authorization = request.headers.get("authorization");
  if (authorization && /^sentry /i.test(authorization)) headers["authorization"] = authorization;
  return headers;
}

/** Which project it names, with its key: strangers start no process. */
function projectNamed(request: Request, body: Uint8Array, fx: Effects<Config>): string | undefined {
  const { pathname, searchParams } = new URL(request.url, "http://castor");
  const target = targetOf(pathname);
  if (!target) return undefined;
  const dsn = dsnIn(body);
  const number = target === "tunnel" ? dsn?.project : target.project;
  const key = keyOf(request.headers, searchParams, target) ?? dsn?.key;
  const known = fx.view(projectsView).find((each) => each.number === number);
  return known && key !== undefined && sameSecret(known.key, key) ? known.project : undefined;
}

function dsnIn(body: Uint8Array): ReturnType<typeof readDsn> {
  try {
    return readDsn(readEnvelope(body).header["dsn"]);
  } catch (why) {
    if (why instanceof BadEnvelope) return undefined; // Compressed, or no envelope: then it says its key elsewhere.
    throw why;
  }
}

/** For each project: whoever floods their own inbox fills no more than their lane. */
const lanes = new Lanes<number | "tunnel" | "nobody">({ goingMax: 48, waitingMax: 200 });
const laneOf = (path: string, fx: Effects<Config>): number | "tunnel" | "nobody" => {
  const target = targetOf(path);
  if (target === "tunnel") return "tunnel";
  const known = fx.view(projectsView).find(({ number }) => number === target?.project);
  return known?.number ?? "nobody";
};
const tooManyAtOnce = (): Response =>
  later(429, "The project sends too much at once; send it again in a moment.", busyWait);

/** While the keeper starts the intake again nobody is there to say it in the words of SDKs, or so that a page may read it. */
const orAway = (answer: Response): Response =>
  answer.status === unavailable && !answer.headers.has("x-sentry-error")
    ? later(unavailable, "The inbox is not there right now; send it again in a moment.", awayWait)
    : answer;

type Passed = Parameters<Effects["outposts"]["pass"]>[2];

/** Opens the inbox with the first thing that somebody sends who may. */
export async function openWith(
  why: string,
  fx: Effects<Config>,
  pass: () => Promise<Response>,
): Promise<Response> {
  await fx.record("inbox", [inboxOpened({ why })], { id: "errors.inbox-opened" });
  const endsAt = fx.now + startWithinMs;
  let answer = await pass();
  while (answer.status === unavailable && fx.now < endsAt) {
    await fx.sleep(lookAgainMs);
    answer = await pass();
  }
  return answer;
}

/** Where SDKs send to. It lets in whoever has a project's key: the outpost looks at that itself. */
export const intakeRoute = route<Config>("ALL", "/in/sentry/*", {
  about: "Takes what Sentry's SDKs send: events, feedback, sessions, check-ins.",
  allow: "public",
  serve: async (request, fx: Effects<Config>, _caller, address) => {
    if (request.method === "OPTIONS") return preflight();
    const { pathname, search } = new URL(request.url, "http://castor");
    const share = room.share();
    try {
      const hasBody = request.method === "POST";
      const body = hasBody ? await readBytes(request, fx.config.bodyMax, share) : undefined;
      const sent: Passed = {
        method: request.method,
        headers: headersFor(request, address),
        ...(body ? { body } : {}),
      };
      const pass = (): Promise<Response> => fx.outposts.pass(outpostName, pathname + search, sent);
      if (fx.view(openView).open)
        return orAway((await lanes.through(laneOf(pathname, fx), pass)) ?? tooManyAtOnce());
      const project = projectNamed(request, body ?? new Uint8Array(), fx);
      return project === undefined
        ? refused(401, "No project has this number and key")
        : orAway(await openWith(`the first word from ${project}`, fx, pass));
    } catch (why) {
      if (!(why instanceof BodyRefused)) throw why;
      return why.status === 429
        ? later(429, why.message, busyWait)
        : refused(why.status, why.message);
    } finally {
      share.giveBack();
    }
  },
});
