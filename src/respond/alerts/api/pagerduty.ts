import { BodyRefused, type Effects, route } from "#kernel";
import type { Config } from "../config.ts";
import { changeReported } from "../contract.ts";
import { intakeFor, type Opened } from "./door.ts";
import { readChange, readEventV1, readEventV2 } from "../wire/pagerduty.ts";
import { textOf } from "../wire/read.ts";
import { invalid, processed, refused, unreadable } from "../wire/replies.ts";
import { bodyOf, pass, recordIn } from "./pass.ts";

const bodyBytesMax = 512_000;
const firstVersion = "/generic/2010-04-15/create_event.json";
const unknownKey = (): Response => invalid(["No intake has this routing key"]);

async function change(
  fx: Effects<Config>,
  sent: unknown,
  opened: Opened | undefined,
): Promise<Response> {
  const read = readChange(sent, fx.now);
  if (Array.isArray(read)) return invalid(read);
  if (!opened) return unknownKey();
  const { routingKey: _, ...told } = read;
  const service = told.service ?? opened.intake.labels["service"];
  const of = service === undefined ? {} : { service };
  await fx.record("changes", [changeReported({ ...told, ...of, intake: opened.name })]);
  return processed({});
}

async function answer(request: Request, fx: Effects<Config>): Promise<Response> {
  const { pathname } = new URL(request.url, "http://castor");
  if (request.method !== "POST") return refused("pagerduty", 405, "Use POST.");
  const { body, done } = await bodyOf(request, bodyBytesMax);
  try {
    const sent = recordIn(body, request);
    const isFirst = pathname.endsWith(firstVersion);
    const key = textOf(sent[isFirst ? "service_key" : "routing_key"]);
    const opened = intakeFor(fx.config, "pagerduty", key === undefined ? [] : [key]);
    if (pathname.endsWith("/v2/change/enqueue")) return await change(fx, sent, opened);
    if (!isFirst && !pathname.endsWith("/v2/enqueue"))
      return refused("pagerduty", 404, "There is no such endpoint.");
    if (opened) return await pass(fx, request, { intake: opened.name, path: pathname, body });
    const wrong = (isFirst ? readEventV1 : readEventV2)(sent, fx.now);
    return Array.isArray(wrong) ? invalid(wrong) : unknownKey();
  } finally {
    done();
  }
}

export const pagerdutyRoute = route<Config>("ALL", "/in/pagerduty/*", {
  about: "PagerDuty's Events API, versions 2 and 1, and its change events.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    try {
      return await answer(request, fx);
    } catch (why) {
      if (why instanceof BodyRefused) return unreadable("pagerduty", why);
      if (why instanceof SyntaxError) return invalid(["The body is no JSON."]);
      fx.note(`An event could not be kept: ${String(why)}`);
      return refused("pagerduty", 503, "It could not be kept; send it again.");
    }
  },
});
