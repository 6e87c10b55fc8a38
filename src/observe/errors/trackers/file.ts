import {
  action,
  answer,
  type Effects,
  type Read,
  type Refusal,
  perCastor,
  webhookHeaders,
} from "#kernel";
import * as z from "zod";
import type { Config } from "../config.ts";
import * as contract from "../contract.ts";
import type { IssueModel } from "../issue.ts";
import { consoleOf } from "../project.ts";
import { stateOf } from "../reactions.ts";
import { askFor, type Asked, requestFor, type Ticket, type Tracker } from "./tracker.ts";

const titleCharsMax = 200;

/** In Markdown, which all of them show; code marks keep what errors say from being read as more than text. */
function ticketOf(
  issue: string,
  of: NonNullable<IssueModel["of"]>,
  console: string | undefined,
): Ticket {
  const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;
  const lines = [
    `${code(`${of.type}${of.value ? `: ${of.value}` : ""}`)}`,
    "",
    `- in ${code(of.culprit || "no function that is known")}`,
    `- first seen ${new Date(of.at).toISOString()}${of.release ? ` in ${code(of.release)}` : ""}${of.environment ? `, ${code(of.environment)}` : ""}`,
    `- ${of.level}, ${of.platform}, ${of.project}`,
    "",
    console === undefined
      ? `Castor's ${issue}.`
      : `[${issue} in Castor](${console}/errors?issue=${issue})`,
  ];
  const title = `${of.type}${of.value ? `: ${of.value}` : ""}`.slice(0, titleCharsMax);
  return { title, body: lines.join("\n") };
}

/** What a webhook is told besides the words, and the name under which it is told once. */
type Named = {
  type: string;
  id: string;
  more: Readonly<Record<string, string>>;
  /** Writes down where it is, before anybody else may file it. */
  keep(link: string): Promise<unknown>;
};

/** A tracker's own request, or the signed one that a webhook checks. */
function askedOf(tracker: Tracker, ticket: Ticket, named: Named, fx: Effects<Config>): Asked {
  if (tracker.kind !== "webhook") return requestFor(tracker, ticket);
  const id = `${fx.log.epoch}/file/${named.id}`;
  const body = JSON.stringify({ type: named.type, ...named.more, ...ticket });
  return {
    url: tracker.url,
    headers: webhookHeaders(body, { id, at: fx.now, secret: tracker.secret }),
    body,
    link: "link",
  };
}

/** The one that was named, else the first that is for the project. */
function chosen(
  { trackers }: Config,
  project: string,
  named: string | undefined,
): Tracker | Refusal {
  if (named !== undefined) {
    return (
      trackers[named] ??
      contract.unknownTracker(
        `errors.trackers has no ${named}: ${Object.keys(trackers).join(", ") || "it is empty"}.`,
      )
    );
  }
  const fit = Object.values(trackers).find(
    ({ services }) => services === undefined || services.includes(project),
  );
  return fit ?? contract.unknownTracker(`No tracker in errors.trackers is for ${project}.`);
}

/** What is being filed right now: two at once would make two. */
const underWay = perCastor(() => new Set<string>());

/** Asks the tracker once at a time for each name; gives the address of what was made. */
async function filed(
  fx: Effects<Config>,
  tracker: Tracker,
  ticket: Ticket,
  named: Named,
): Promise<{ link: string } | Refusal> {
  const busy = underWay(fx);
  if (busy.has(named.id)) return contract.notNow("It is being filed right now.");
  busy.add(named.id);
  try {
    const made = await askFor(askedOf(tracker, ticket, named, fx), fx.net);
    if ("why" in made) return contract.trackerFailed(`Nothing was filed: ${made.why}.`);
    await named.keep(made.link);
    return made;
  } finally {
    busy.delete(named.id);
  }
}

export const openTicket = action("errors.open-ticket", {
  about: "Makes an issue of an error in GitHub, GitLab, Forgejo or by webhook, and links it.",
  allow: "responder",
  input: z.object({
    issue: contract.IssueId,
    tracker: z
      .string()
      .max(60)
      .optional()
      .describe("By its name in errors.trackers; else the first that is for the project."),
  }),
  output: z.object({ link: z.string() }),
  act: async ({ issue, tracker: named }, fx: Effects<Config>) => {
    const { of, link, state } = stateOf(fx, issue);
    if (!of) return contract.unknownIssue();
    if (link !== undefined) return contract.notNow(`It is filed at ${link} already.`);
    if (state === "merged") return contract.notNow("It is one with another; file that.");
    const tracker = chosen(fx.config, of.project, named);
    if ("refused" in tracker) return tracker;
    const ticket = ticketOf(issue, of, consoleOf(fx));
    return await filed(fx, tracker, ticket, {
      ...{ type: "errors.file", id: issue, more: { issue } },
      keep: (at) => fx.record(`issues/${issue}`, [contract.issueFiled({ issue, link: at })]),
    });
  },
});

export const fileTicket = action("errors.file-ticket", {
  about: "Makes an issue of something of another capability, in one of errors.trackers.",
  allow: "responder",
  input: contract.Ticket,
  output: z.object({ link: z.string() }),
  act: async ({ ref, title, body, tracker: named, service = "" }, fx: Effects<Config>) => {
    const tracker = chosen(fx.config, service, named);
    if ("refused" in tracker) return tracker;
    const ticket = { title: title.slice(0, titleCharsMax), body };
    return await filed(fx, tracker, ticket, {
      ...{ type: "errors.file-ticket", id: ref, more: { ref } },
      keep: (link) => fx.record("tickets", [contract.ticketFiled({ ref, link })]),
    });
  },
});

export const trackersAnswer = answer(contract.trackers, ({ config }: Read<Config>) => ({
  trackers: Object.entries(config.trackers).map(([name, of]) => ({
    ...{ name, kind: of.kind, where: of.kind === "webhook" ? of.url : of.repository },
    ...(of.services === undefined ? {} : { services: of.services }),
  })),
}));
