import { type Effects, type Refusal, route, type Route } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { hubAway, unknownRoom } from "./contract.ts";
import { pagesCluster } from "./workers/contract.ts";

const workerAnswersWithinMs = 2_000;
const Asked = z.object({
  room: z.string().catch(""),
  language: z.enum(["en", "fr"]).catch("en"),
});
const Page = z.object({ html: z.string() });

/** It is looked at, not used: no script of it runs, and nothing of the console is in its reach. */
const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox; frame-ancestors 'none'",
  "cache-control": "no-store",
};

/** The waiting page of a room, made by a worker as it is for visitors. */
export const preview: Route = route("GET", "/api/waiting-room.page", {
  about: "The waiting page as visitors see it: ?room=…&language=en or fr.",
  allow: "viewer",
  serve: async (request, fx: Effects<Config>): Promise<Response | Refusal> => {
    const asked = Asked.parse(Object.fromEntries(new URL(request.url).searchParams));
    if (fx.config.rooms[asked.room] === undefined)
      return unknownRoom(`There is no room ${asked.room}.`);
    const heard = Page.safeParse(
      await fx.bus
        .request(pagesCluster.name, asked, { timeoutMs: workerAnswersWithinMs })
        .catch(() => null),
    );
    return heard.success ? new Response(heard.data.html, { headers }) : hubAway();
  },
});
