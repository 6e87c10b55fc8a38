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
const keyChars = 32;
const unknownKey = (name: string, key: string): string =>
  key.length === keyChars
    ? `No intake has this ${name}`
    : `Length of '${name}' is incorrect (should be ${keyChars} characters)`;

async function change(fx: Effects<Config>, sent: unknown, opened: Opened): Promise<Response> {
  const told = readChange(sent, fx.now);
  if (Array.isArray(told)) return invalid(told);
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
    const isChange = pathname.endsWith("/v2/change/enqueue");
    if (!isFirst && !isChange && !pathname.endsWith("/v2/enqueue"))
      return refused("pagerduty", 404, "There is no such endpoint.");
    const name = isFirst ? "service_key" : "routing_key";
    const key = textOf(sent[name]) ?? request.headers.get("x-routing-key") ?? "";
    const opened = intakeFor(fx.config, "pagerduty", [key]);
    if (!opened) {
      const read = isChange ? readChange : isFirst ? readEventV1 : readEventV2;
      const wrong = read(sent, fx.now);
      return invalid([unknownKey(name, key), ...(Array.isArray(wrong) ? wrong : [])]);
    }
    if (isChange) return await change(fx, sent, opened);
    return await pass(fx, request, { intake: opened.name, path: pathname, body });
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
