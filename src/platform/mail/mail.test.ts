import { isRefusal } from "#kernel";
import { memoryDisk, openMemoryLog, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { checkMail, Config } from "./config.ts";
import * as contract from "./contract.ts";
import { mail } from "./index.ts";
import type { Post, Reply, Stamped } from "./post.ts";

const smtp = { host: "smtp.shop.example" };
const settings = { smtp, from: "castor@shop.example" };
const letter = (id: string, more: object = {}) => ({
  ...{ id, to: `${id}@home.example`, subject: "The site is down", text: "Please look." },
  ...{ purpose: "paging.page", ...more },
});

/** A mail server that is there or not, and says what it is told to say. */
function server() {
  const state = {
    isUp: true,
    tries: 0,
    taken: [] as Stamped[],
    says: (_letter: Stamped): Reply => ({ kind: "taken", said: "250 ok" }),
  };
  const post: Post = {
    open: () => {
      state.tries++;
      if (!state.isUp) return Promise.reject(new Error("connect ECONNREFUSED"));
      return Promise.resolve({
        hand: (each) => {
          const reply = state.says(each);
          if (reply.kind === "taken") state.taken.push(each);
          return Promise.resolve(reply);
        },
        close: () => {},
      });
    },
  };
  return { state, equipment: { mail: { post, readTrust: () => "" } } };
}

async function started(config: object = settings) {
  const { state, equipment } = server();
  const ports = testPorts();
  const castor = await testCastor([mail], { ports, equipment, config: { mail: config } });
  const told = (type: string) => castor.facts().filter(({ event }) => event.type === type);
  return {
    ...{ state, ports, castor, told },
    [Symbol.asyncDispose]: () => castor[Symbol.asyncDispose](),
  };
}
const minute = 60_000;

test("a letter goes once, also when it was ordered twice", async () => {
  await using world = await started();
  const { castor, state, told } = world;
  expect(await castor.act("mail.send", letter("ana"))).toEqual({ done: true });
  await castor.act("mail.send", letter("ana"));
  await castor.advance(minute);
  await castor.act("mail.send", letter("ana"));
  await castor.advance(minute);
  expect(state.taken.map(({ to, from }) => [to, from.address])).toEqual([
    ["ana@home.example", "castor@shop.example"],
  ]);
  expect(told("mail.accepted")).toEqual([]);
});

test("what waits for a server that is away arrives, and an urgent letter says so at once", async () => {
  await using world = await started();
  const { castor, state, told } = world;
  state.isUp = false;
  await castor.act("mail.send", letter("ana", { isUrgent: true }));
  await castor.act("mail.send", letter("bo"));
  await castor.advance(5_000);
  expect(told("mail.delayed").map(({ event }) => event.data)).toMatchObject([
    { letter: "ana", why: "connect ECONNREFUSED" },
  ]);
  expect(await castor.ask(contract.now, {})).toMatchObject({
    ...{ server: "smtp.shop.example:587", waiting: 2 },
    trouble: { why: "connect ECONNREFUSED" },
  });
  await castor.advance(10 * minute);
  expect(told("mail.delayed")).toHaveLength(1);
  expect(state.tries).toBeGreaterThan(5);
  expect(state.tries).toBeLessThan(60);
  state.isUp = true;
  await castor.advance(10 * minute);
  expect(state.taken.map(({ to }) => to)).toEqual(["ana@home.example", "bo@home.example"]);
  expect(told("mail.accepted")).toHaveLength(1);
  expect((await castor.ask(contract.now, {})).trouble).toBeNull();
});

test("a letter that is refused for good fails with the server's words, but without the address", async () => {
  await using world = await started();
  const { castor, state, told } = world;
  state.says = ({ to }) => ({ kind: "never", said: `550 5.1.1 <${to}>: no such mailbox` });
  await castor.act("mail.send", letter("ana"));
  await castor.advance(minute);
  expect(told("mail.failed").map(({ event }) => event.data)).toEqual([
    {
      ...{ letter: "ana", purpose: "paging.page", tries: 1 },
      why: "550 5.1.1 <[address]>: no such mailbox",
    },
  ]);
  expect(JSON.stringify(castor.facts())).not.toContain("home.example");
  expect((await castor.ask(contract.now, {})).failures).toHaveLength(1);
});

test("a letter whose time runs out is not sent any more", async () => {
  await using world = await started();
  const { castor, state, told } = world;
  state.isUp = false;
  const until = castor.clock.now() + 10 * minute;
  await castor.act("mail.send", letter("ana", { isUrgent: true, until }));
  await castor.advance(11 * minute);
  state.isUp = true;
  await castor.advance(60 * minute);
  expect(state.taken).toEqual([]);
  expect(told("mail.failed")).toHaveLength(1);
});

test("a kill between the server's yes and the note of it sends the letter again under the same id", async () => {
  const { state, equipment } = server();
  const first = testPorts();
  const disk = memoryDisk();
  const { clock, stores } = first;
  const ports = { ...first, log: openMemoryLog({ clock, disk }) };
  const config = { mail: settings };
  {
    await using castor = await testCastor([mail], { ports, equipment, config });
    await castor.act("mail.send", letter("ana", { isUrgent: true }));
    state.says = () => {
      stores.fail("full");
      return { kind: "taken", said: "250 ok" };
    };
    await castor.advance(1_500);
    expect(state.taken).toHaveLength(1);
    stores.crash();
  }
  state.says = () => ({ kind: "taken", said: "250 ok" });
  const again = { ...testPorts({ clock }), stores, log: openMemoryLog({ clock, disk }) };
  await using castor = await testCastor([mail], { ports: again, equipment, config });
  await castor.advance(minute);
  expect(state.taken).toHaveLength(2);
  expect(state.taken[1]?.messageId).toBe(state.taken[0]?.messageId ?? "");
  expect(castor.types().filter((each) => each === "mail.accepted")).toHaveLength(1);
});

test("urgent letters go before others, which keep to the pace of the minute", async () => {
  await using world = await started({ ...settings, lettersPerMinuteMax: 3 });
  const { castor, state } = world;
  for (const id of ["a", "b", "c", "d"]) await castor.act("mail.send", letter(id));
  await castor.act("mail.send", letter("page", { isUrgent: true }));
  await castor.advance(2_000);
  expect(state.taken.map(({ to }) => to[0])).toEqual(["p", "a", "b"]);
  await castor.act("mail.send", letter("second", { isUrgent: true }));
  await castor.advance(2_000);
  expect(state.taken).toHaveLength(4);
  await castor.advance(minute);
  expect(state.taken).toHaveLength(6);
});

test("an urgent letter does not wait for the pause of a server that was away", async () => {
  await using world = await started();
  const { castor, state } = world;
  state.isUp = false;
  await castor.act("mail.send", letter("ana"));
  await castor.advance(60 * minute);
  state.isUp = true;
  await castor.act("mail.send", letter("page", { isUrgent: true }));
  await castor.advance(2_000);
  expect(state.taken.map(({ to }) => to)).toEqual(["page@home.example", "ana@home.example"]);
});

test("a letter that servers hang up on holds up no other", async () => {
  await using world = await started();
  const { castor, state } = world;
  state.says = ({ to }) => ({ kind: to.startsWith("poison") ? "broken" : "taken", said: "bye" });
  await castor.act("mail.send", letter("poison"));
  await castor.act("mail.send", letter("ana"));
  await castor.advance(minute);
  expect(state.taken.map(({ to }) => to)).toEqual(["ana@home.example"]);
});

test("a letter that was taken back is not sent; one that is gone stays gone", async () => {
  await using world = await started();
  const { castor, state } = world;
  state.isUp = false;
  await castor.act("mail.send", letter("ana"));
  await castor.advance(5_000);
  await castor.act("mail.cancel", { id: "ana" });
  state.isUp = true;
  await castor.advance(20 * minute);
  expect(state.taken).toEqual([]);
  expect(await castor.act("mail.cancel", { id: "ana" })).toEqual({ done: true });
});

test("without a server there is a clear no, and one that waits for too many says so", async () => {
  const type = (given: unknown) => isRefusal(given) && given.problem.type;
  await using none = await started({});
  expect(type(await none.castor.act("mail.send", letter("ana")))).toBe("mail.not-configured");
  expect(type(await none.castor.act("mail.test", { to: "a@b.example" }))).toBe(
    contract.notConfigured.type,
  );
  await using full = await started({ ...settings, waitingMax: 1 });
  full.state.isUp = false;
  await full.castor.act("mail.send", letter("ana"));
  expect(type(await full.castor.act("mail.send", letter("bo")))).toBe("mail.too-many");
});

test("a test says what the server said", async () => {
  await using world = await started();
  const { castor, state } = world;
  expect(await castor.act("mail.test", { to: "ana@home.example" })).toMatchObject({
    said: "250 ok",
  });
  state.isUp = false;
  const refused = await castor.act("mail.test", { to: "ana@home.example" });
  expect(isRefusal(refused) && [refused.problem.type, refused.detail]).toEqual([
    "mail.server-failed",
    "connect ECONNREFUSED",
  ]);
});

test("nobody writes a head of their own into a letter", () => {
  const wrong = [
    { subject: "hi\r\nBcc: all@shop.example" },
    { to: "ana@home.example\r\nBcc: b@c.example" },
    { to: "ana@home.example, bo@home.example" },
    { replyTo: "a@b.example\nX: y" },
    { unsubscribe: "javascript:alert(1)" },
  ];
  for (const each of wrong)
    expect(contract.Letter.safeParse({ ...letter("ana"), ...each }).success).toBe(false);
});

test("a configuration that cannot send, or would show the password, is a mistake", () => {
  const mistakes = (given: object) =>
    checkMail({ mail: Config.parse(given) }).map(({ path }) => path.join("."));
  const login = { user: "castor", password: "x" };
  expect(mistakes({ smtp })).toEqual(["mail.smtp"]);
  expect(mistakes({ ...settings, smtp: { ...smtp, user: "castor" } })).toEqual(["mail.smtp"]);
  const clear = { ...smtp, ...login, security: "none" };
  expect(mistakes({ ...settings, smtp: clear })).toEqual(["mail.smtp.security"]);
  expect(mistakes({ ...settings, smtp: { ...clear, host: "127.0.0.1" } })).toEqual([]);
  expect(mistakes(settings)).toEqual([]);
});
