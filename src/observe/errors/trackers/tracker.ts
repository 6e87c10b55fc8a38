import { type Net, WebhookSecret } from "#kernel";
import * as z from "zod";

const Secret = z.string().min(8).max(500).meta({ secret: true });
const Url = z.url({ protocol: /^https?$/ }).max(500);
const Names = z.array(z.string().min(1).max(100)).max(100);
const Labels = z.array(z.string().min(1).max(100)).max(20).default([]);
const Repository = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)+$/, "Write a repository such as team/shop")
  .max(300);
const services = Names.optional().describe("For errors of these projects only.");
const token = Secret.describe("May make issues there; write it as ${NAME} of the environment.");

/** Where errors may be filed. */
export const Tracker = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("github"),
      url: Url.default("https://api.github.com").describe("Of its API; of an own one `…/api/v3`."),
      ...{ repository: Repository, token, labels: Labels, services },
    })
    .strict(),
  z
    .object({
      kind: z.literal("gitlab"),
      url: Url.default("https://gitlab.com"),
      ...{ repository: Repository, token, labels: Labels, services },
    })
    .strict(),
  z
    .object({
      kind: z.literal("forgejo"),
      url: Url.describe("Of the Forgejo or Gitea."),
      ...{ repository: Repository, token, services },
    })
    .strict(),
  z
    .object({
      kind: z.literal("webhook"),
      url: Url.describe('A POST with the error as JSON, signed; it answers `{ "link": "…" }`.'),
      secret: WebhookSecret,
      services,
    })
    .strict(),
]);
export type Tracker = z.infer<typeof Tracker>;

/** What is filed: words, without what they say of people. */
export type Ticket = { title: string; body: string };
/** How a tracker is asked to make an issue, and where its answer has the address of it. */
export type Asked = { url: string; headers: Record<string, string>; body: string; link: string };

const json = { "content-type": "application/json", "user-agent": "castor" };

/** As each one documents it: GitHub REST 2022-11-28, GitLab REST v4, Forgejo's and Gitea's API v1. */
export function requestFor(
  tracker: Exclude<Tracker, { kind: "webhook" }>,
  { title, body }: Ticket,
): Asked {
  const base = tracker.url.replace(/\/$/, "");
  switch (tracker.kind) {
    case "github":
      return {
        url: `${base}/repos/${tracker.repository}/issues`,
        headers: {
          ...json,
          accept: "application/vnd.github+json",
          authorization: `Bearer ${tracker.token}`,
          "x-github-api-version": "2022-11-28",
        },
        body: JSON.stringify({ title, body, labels: tracker.labels }),
        link: "html_url",
      };
    case "gitlab":
      return {
        url: `${base}/api/v4/projects/${encodeURIComponent(tracker.repository)}/issues`,
        headers: { ...json, "private-token": tracker.token },
        body: JSON.stringify({ title, description: body, labels: tracker.labels.join(",") }),
        link: "web_url",
      };
    case "forgejo":
      return {
        url: `${base}/api/v1/repos/${tracker.repository}/issues`,
        headers: { ...json, accept: "application/json", authorization: `token ${tracker.token}` },
        body: JSON.stringify({ title, body }),
        link: "html_url",
      };
  }
}

const answerWithinMs = 15_000;
const answerCharsMax = 1_000_000;
const Link = Url.max(1_000);

/** Files it; gives the address of what was made, or why nothing was. */
export async function askFor(
  { url, headers, body, link }: Asked,
  net: Pick<Net, "fetch">,
): Promise<{ link: string } | { why: string }> {
  try {
    const answer = await net.fetch(url, {
      ...{ method: "POST", headers, body },
      // A token is for the one it was given to.
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = (await answer.text()).slice(0, answerCharsMax);
    if (!answer.ok) return { why: `it answered ${answer.status}${saidIn(text)}` };
    const found = Link.safeParse(fieldOf(text, link));
    return found.success ? { link: found.data } : { why: "its answer names no address" };
  } catch (why) {
    // Whatever keeps it from answering, whoever files reads it.
    return { why: why instanceof Error ? why.message : String(why) };
  }
}

function fieldOf(text: string, name: string): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}

/** The words of a refusal, where it has some. */
function saidIn(text: string): string {
  const said = fieldOf(text, "message");
  return typeof said === "string" ? `: ${said.slice(0, 200)}` : "";
}
