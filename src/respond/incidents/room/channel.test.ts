import { isRefusal } from "#kernel";
import { testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { channelFailed } from "../contract.ts";
import { night } from "../night.testing.ts";
import { channelName } from "./channel.ts";

type Seen = { path: string; auth: string | null; body: unknown };
/** A far side that takes what the three take, as their own documents say. */
const chatServer = (seen: Seen[]) =>
  Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: async (request) => {
      const { pathname: path } = new URL(request.url);
      const body: unknown = request.method === "POST" ? await request.json() : undefined;
      seen.push({ path, auth: request.headers.get("authorization"), body });
      if (path === "/api/conversations.create")
        return seen.length > 1
          ? Response.json({ ok: false, error: "name_taken" })
          : Response.json({ ok: true, channel: { id: "C1" } });
      if (path === "/api/v10/guilds/9/channels")
        return Response.json({ id: "77" }, { status: 201 });
      if (path === "/api/v4/teams/name/crew") return Response.json({ id: "t1" });
      if (path === "/api/v4/channels") return Response.json(body, { status: 201 });
      return Response.json({ message: "Missing Access" }, { status: 403 });
    },
  });

/** Two presses, one after the other or at once. */
async function open(chat: (server: string) => object, isAtOnce = false) {
  const seen: Seen[] = [];
  using far = chatServer(seen);
  const server = `http://127.0.0.1:${far.port}`;
  const real = testPorts({ net: { ...testPorts().net, fetch: (url, init) => fetch(url, init) } });
  const { castor, run } = await night({ chat: chat(server) }, real);
  await using _ = castor;
  await run("declare", { title: "Nobody can pay: Checkout!" });
  const press = (): Promise<unknown> => castor.act("incidents.open-channel", { incident: "inc-1" });
  const answers = isAtOnce ? await Promise.all([press(), press()]) : [await press(), await press()];
  return {
    seen,
    server,
    answers,
    opened: castor.types().filter((type) => type.includes("channel")),
  };
}

const name = "inc-1-nobody-can-pay-checkout";
test.each([
  ["slack", {}, "/app_redirect?channel=C1", { name }],
  ["discord", { guild: "9" }, "/channels/9/77", { name, type: 0 }],
  ["mattermost", { team: "crew" }, `/crew/channels/${name}`, { team_id: "t1", name, type: "O" }],
] as const)("one button makes one channel in %s", async (kind, more, path, body) => {
  const { seen, server, answers, opened } = await open((at) => ({
    kind,
    token: "x",
    server: at,
    ...more,
  }));
  expect(answers).toEqual([{ url: `${server}${path}` }, { url: `${server}${path}` }]);
  expect(opened).toEqual(["incidents.channel-opened"]);
  expect(seen.at(-1)?.body).toMatchObject(body);
  expect(seen.every(({ auth }) => auth === (kind === "discord" ? "Bot x" : "Bearer x"))).toBe(true);
});

test("two who press at once get one channel, also where a chat makes two of one name", async () => {
  const { seen, server, answers, opened } = await open(
    (at) => ({ kind: "discord", token: "x", guild: "9", server: at }),
    true,
  );
  const url = `${server}/channels/9/77`;
  expect(answers).toEqual([{ url }, { url }]);
  expect(opened).toEqual(["incidents.channel-opened"]);
  expect(seen).toHaveLength(1);
});

test("what the chat refuses is told in its words, and without a chat nothing is asked", async () => {
  const { answers } = await open((server) => ({ kind: "discord", token: "x", guild: "8", server }));
  expect(answers.map((each) => isRefusal(each) && each.detail)).toEqual(
    [1, 2].map(() => expect.stringContaining("said 403: Missing Access")),
  );
  const { castor, run } = await night();
  await using _ = castor;
  await run("declare", { title: "Nobody can pay" });
  const answer = await castor.act("incidents.open-channel", { incident: "inc-1" });
  expect(isRefusal(answer) && answer.problem.type).toBe(channelFailed.type);
});

test("a channel's name is one that every chat takes", () => {
  const of = (title: string) => channelName({ incident: "inc-7", title });
  expect(of("Élan  vital?! 100%")).toBe("inc-7-elan-vital-100");
  expect(of("x".repeat(200))).toHaveLength(60);
});
