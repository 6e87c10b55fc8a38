import { isRefusal, webhookHeaders } from "#kernel";
import { expect, test } from "bun:test";
import { anError, inbox, listed } from "../inbox.testing.ts";
import { issue, trackerFailed, unknownTracker } from "../contract.ts";

const token = "secret-token-1234";
const secret = "a secret of sixteen or more";
type Heard = { method: string; path: string; headers: Headers; body: Record<string, unknown> };

/** Servers that refuse what the real ones refuse, and answer as these document. */
function trackers() {
  const heard: Heard[] = [];
  const say = (status: number, body: unknown): Response => Response.json(body, { status });
  const answers: Record<string, (of: Heard) => Response> = {
    "/repos/team/shop/issues": ({ headers, body }) => {
      if (headers.get("authorization") !== `Bearer ${token}`)
        return say(401, { message: "Bad credentials" });
      if (!headers.get("user-agent")) return say(403, { message: "User-Agent is required" });
      if (headers.get("x-github-api-version") !== "2022-11-28")
        return say(400, { message: "Unsupported version" });
      if (typeof body["title"] !== "string" || !Array.isArray(body["labels"]))
        return say(422, { message: "Validation Failed" });
      return say(201, { number: 7, html_url: "https://github.test/team/shop/issues/7" });
    },
    "/api/v4/projects/team%2Fshop/issues": ({ headers, body }) => {
      if (headers.get("private-token") !== token) return say(401, { message: "401 Unauthorized" });
      if (typeof body["title"] !== "string" || typeof body["labels"] !== "string")
        return say(400, { message: "title is missing" });
      return say(201, { iid: 8, web_url: "https://gitlab.test/team/shop/-/issues/8" });
    },
    "/api/v1/repos/team/shop/issues": ({ headers, body }) => {
      if (headers.get("authorization") !== `token ${token}`)
        return say(401, { message: "token is required" });
      // Labels are numbers there; names are refused.
      if (typeof body["title"] !== "string" || "labels" in body)
        return say(422, { message: "[]: cannot unmarshal" });
      return say(201, { number: 9, html_url: "https://forgejo.test/team/shop/issues/9" });
    },
    "/hook": ({ headers, body }) => {
      const id = headers.get("webhook-id") ?? "";
      const seconds = Number(headers.get("webhook-timestamp"));
      const right = webhookHeaders(JSON.stringify(body), { id, at: seconds * 1_000, secret });
      return headers.get("webhook-signature") === right["webhook-signature"]
        ? say(200, { link: "https://jira.test/SHOP-10" })
        : say(401, {});
    },
  };
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      const body = (await request.json()) as Record<string, unknown>;
      const of = { method: request.method, path, headers: request.headers, body };
      heard.push(of);
      const answer = answers[path];
      return request.method === "POST" && answer ? answer(of) : say(404, { message: "Not Found" });
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { heard, url, [Symbol.asyncDispose]: () => server.stop(true) };
}

const started = async (config: Record<string, unknown>) => {
  const world = await inbox({
    config: { trackers: config },
    fetch: (url, init) => fetch(url, init),
  });
  await world.store(anError("Known", "a", { release: "shop@1" }));
  await world.settle();
  return world;
};
const repository = "team/shop";

test("an error is filed as GitHub, GitLab, Forgejo and a webhook ask for it, once", async () => {
  await using at = trackers();
  const { url, heard } = at;
  const kinds = {
    github: { kind: "github", url, repository, token, labels: ["bug"] },
    gitlab: { kind: "gitlab", url, repository, token, labels: ["bug", "castor"] },
    forgejo: { kind: "forgejo", url, repository, token },
    webhook: { kind: "webhook", url: `${url}/hook`, secret },
  };
  const links: string[] = [];
  for (const name of Object.keys(kinds)) {
    await using world = await started(kinds);
    const { castor } = world;
    const ask = (): Promise<unknown> =>
      castor.act("errors.open-ticket", { issue: "shop-1", tracker: name });
    const [one, other] = await Promise.all([ask(), ask()]);
    const answers = [one, other, await ask()];
    expect(answers.filter((each) => isRefusal(each))).toHaveLength(2);
    links.push((answers.find((each) => !isRefusal(each)) as { link: string }).link);
    const asked = issue.input.parse({ issue: "shop-1" });
    expect((await castor.ask(issue, asked)).issue.link).toBe(links.at(-1) ?? "");
  }
  expect(links).toEqual([
    "https://github.test/team/shop/issues/7",
    "https://gitlab.test/team/shop/-/issues/8",
    "https://forgejo.test/team/shop/issues/9",
    "https://jira.test/SHOP-10",
  ]);
  expect(heard).toHaveLength(4);
  expect(String(heard[0]?.body["body"])).toContain("`Known: Known of test`");
});

test("a tracker that says no is quoted, without its token, and the error stays as it was", async () => {
  await using at = trackers();
  const { url } = at;
  const wrong = { kind: "github", url, repository, token: "wrong-token" };
  await using world = await started({ wrong, away: { ...wrong, repository: "team/away" } });
  const { castor } = world;
  const refused = await castor.act("errors.open-ticket", { issue: "shop-1", tracker: "wrong" });
  expect(isRefusal(refused) && [refused.problem.type, refused.detail]).toEqual([
    trackerFailed.type,
    "Nothing was filed: it answered 401: Bad credentials.",
  ]);
  const away = await castor.act("errors.open-ticket", { issue: "shop-1", tracker: "away" });
  expect(isRefusal(away) && away.detail).toContain("404");
  expect(JSON.stringify(castor.facts())).not.toContain("wrong-token");
  expect(await listed(world)).toEqual([["shop-1", "new", 1]]);
});

test("without a name it is the first tracker that is for the project; without any it is refused", async () => {
  await using at = trackers();
  const { url } = at;
  await using world = await started({
    blog: { kind: "forgejo", url, repository, token, services: ["blog"] },
    rest: { kind: "gitlab", url, repository, token },
  });
  expect(await world.castor.act("errors.open-ticket", { issue: "shop-1" })).toEqual({
    link: "https://gitlab.test/team/shop/-/issues/8",
  });
  await using none = await started({});
  const refused = await none.castor.act("errors.open-ticket", { issue: "shop-1" });
  expect(isRefusal(refused) && refused.problem.type).toBe(unknownTracker.type);
});
