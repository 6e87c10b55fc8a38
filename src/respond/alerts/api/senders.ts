import { BodyRefused, type Effects, type Route, route } from "#kernel";
import type { Config, IntakeConfig } from "../config.ts";
import { refused, unreadable } from "../wire/replies.ts";
import { intakeFor, tokensIn } from "./door.ts";
import { bodyOf, pass } from "./pass.ts";

const about: Readonly<Partial<Record<IntakeConfig["format"], string>>> = {
  "alertmanager-webhook": "Alerts as an Alertmanager's webhook sends them.",
  grafana: "Alerts as Grafana's webhook sends them.",
  kuma: "Alerts as Uptime Kuma sends them.",
  generic: "Alerts as JSON of any shape, read by the paths that the configuration gives.",
  heartbeat: "A dead man's switch: when nothing comes for long enough, that is an alert.",
};

const senderRoute = (format: IntakeConfig["format"], says: string): Route =>
  route<Config>("ALL", `/in/${format}/*`, {
    about: says,
    allow: "public",
    serve: async (request, fx: Effects<Config>) => {
      const { pathname, search } = new URL(request.url, "http://castor");
      const opened = intakeFor(fx.config, format, tokensIn(request, pathname.split("/")[3] ?? ""));
      if (!opened) return refused(format, 401, "No intake has this token.");
      const rest = pathname.split("/").slice(3).join("/");
      const of = { intake: opened.name, path: `/${rest}${search}` };
      if (request.method === "GET" || request.method === "HEAD") return await pass(fx, request, of);
      try {
        const { body, done } = await bodyOf(request);
        return await pass(fx, request, { ...of, body }).finally(done);
      } catch (why) {
        if (why instanceof BodyRefused) return unreadable(format, why);
        throw why;
      }
    },
  });

export const senderRoutes: readonly Route[] = Object.entries(about).map(([format, says]) =>
  senderRoute(format as IntakeConfig["format"], says),
);
