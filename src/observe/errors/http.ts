import { BodyRefused, type Effects, readBytes, route } from "#kernel";
import type { Config } from "./config.ts";
import { addressHeader } from "./intake/intake.ts";
import { outpostName } from "./intake/picture.ts";
import { refused } from "./wire/replies.ts";

/** What the intake needs to know of a request; cookies and tokens of people stay here. */
const passedOn = ["content-type", "content-encoding", "x-sentry-auth", "user-agent", "origin"];

/** Where SDKs send to. It lets in whoever has a project's key: the outpost looks at that itself. */
export const intakeRoute = route<Config>("ALL", "/in/sentry/*", {
  about: "Takes what Sentry's SDKs send: events, feedback, sessions, check-ins.",
  allow: "public",
  serve: async (request, fx: Effects<Config>, _caller, address) => {
    const headers: Record<string, string> = { [addressHeader]: address };
    for (const name of passedOn) {
      const value = request.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const authorization = request.headers.get("authorization");
    if (authorization && /^sentry /i.test(authorization)) headers["authorization"] = authorization;
    const { pathname, search } = new URL(request.url, "http://castor");
    try {
      const hasBody = request.method === "POST";
      const body = hasBody ? await readBytes(request, fx.config.bodyMax) : undefined;
      const { method } = request;
      return await fx.outposts.pass(outpostName, pathname + search, {
        method,
        headers,
        ...(body ? { body } : {}),
      });
    } catch (why) {
      if (why instanceof BodyRefused) return refused(why.status, why.message);
      throw why;
    }
  },
});
