import {
  type Action,
  type Actor,
  capability,
  type Capability,
  type Command,
  isRefusal,
} from "#kernel";
import { expect, test } from "bun:test";
import * as z from "zod";
import { capabilities } from "../../castor.ts";
import { readArguments } from "../../cli/arguments.ts";
import { everywhere } from "../../cli/command.ts";
import { Refused } from "../../cli/api.ts";
import { paperTerminal } from "../../cli/testing.ts";
import { commandOf, type Verb } from "../../cli/verbs/capability-verb.ts";
import { deviceAdded } from "../push/contract.ts";
import { type Person, type World, world } from "./world.testing.ts";

type Deed = (Action | Command) & { owner: string };
const deeds: readonly Deed[] = capabilities.flatMap((each) =>
  [...each.commands, ...each.actions].map((verb) => ({ ...verb, owner: each.id })),
);
const destroying = deeds.filter(({ destroys }) => destroys && "what" in destroys);

/** Words that promise a loss: whoever names a verb so says what it loses, or why nothing. */
const soundsLike = /drop|delete|remove|erase|forget|purge|force|revoke|wipe|destroy/;

test("a verb that sounds as if it destroyed says what is lost, or why nothing is", () => {
  const silent = deeds.filter(({ name, destroys }) => soundsLike.test(name) && !destroys);
  expect(silent.map(({ name }) => `${name}: declare \`destroys\``)).toEqual([]);
});

test("one capability of Castor guards", () => {
  expect(capabilities.filter(({ guard }) => guard !== undefined).map(({ id }) => id)).toEqual([
    "approvals",
  ]);
});

/** What a reaction orders by itself is nobody's wish, so nobody would be asked: such an order needs a reason here. */
const ordersWithReason: Readonly<Record<string, string>> = {
  "post-mortems orders status-page.post": "an action of a person's, who is held up as themselves",
};

test("no capability has another one destroy something by itself", () => {
  const names = new Set(destroying.map(({ name }) => name));
  const found = capabilities.flatMap(({ id, orders }) =>
    orders.filter(({ name }) => names.has(name)).map(({ name }) => `${id} orders ${name}`),
  );
  expect(found.filter((each) => !(each in ordersWithReason))).toEqual([]);
});

type Setting = { of: World; ben: Person; token: string };
const maintenance = {
  ...{ title: "New disks", text: "Short pauses." },
  ...{ from: "2035-01-01T00:00:00Z", to: "2035-01-01T01:00:00Z" },
};
/** An input for each verb that destroys, for which something is lost, with what has to be there for that. */
const losses: Readonly<Record<string, (setting: Setting) => object | Promise<object>>> = {
  "people.remove": ({ ben }) => ({ person: ben.id }),
  "people.set-role": ({ ben }) => ({ person: ben.id, role: "viewer" }),
  "people.sign-in-link": () => ({ email: "ben@castor.example" }),
  "tokens.revoke": ({ token }) => ({ token }),
  "privacy.erase": ({ ben }) => ({ subject: ben.id }),
  "push.remove-device": async ({ of, ben }) => {
    const push = of.castor.castor.capabilities.find(({ id }) => id === "push") as Capability;
    const added = { device: "d1", person: ben.id, name: "a phone", service: "s", digest: "x" };
    const fx = of.castor.castor.effects(push, { actor: ben.actor });
    await fx.record("devices/d1", [deviceAdded({ ...added, subscription: "{}" })]);
    return { device: "d1" };
  },
  "cache.purge": () => ({ prefix: "https://shop.example/" }),
  "freeze.drop": () => ({ service: "shop", reason: "not wanted" }),
  "live.erase": async ({ of, ben }) => {
    const question = { text: "Which?", choices: ["a", "b"], window: "10s" };
    // Without finalists no node has to be asked for them before.
    const definition = { title: "Quiz", finalists: 0, questions: { one: question } };
    await of.castor.run("live.add", { show: "quiz", definition }, ben.actor);
    await of.castor.run("live.open-doors", { show: "quiz" }, ben.actor);
    await of.castor.run("live.finish", { show: "quiz" }, ben.actor);
    return { show: "quiz" };
  },
  "status-page.post": () => ({ title: "Nobody can pay", text: "We are looking into it." }),
  "status-page.plan-maintenance": () => maintenance,
  "status-page.move-maintenance": async ({ of }) => {
    const own: Actor = { kind: "system", id: "status-page" };
    const planned = await of.castor.run("status-page.plan-maintenance", maintenance, own);
    if (isRefusal(planned)) throw new Error(planned.detail);
    const thread = (planned[0]?.data as { thread: string } | undefined)?.thread;
    return { thread, to: "in_progress" };
  },
  "incidents.take-away": async ({ of, ben }) => {
    await of.castor.run("incidents.declare", { title: "Nobody can pay" }, ben.actor);
    const said = { incident: "inc-1", note: "note-0001", text: "Rolled back" };
    await of.castor.run("incidents.note", said, ben.actor);
    return { incident: "inc-1", note: "note-0001" };
  },
  "errors.forget-monitor": () => ({ project: "shop", monitor: "nightly" }),
  "library.drop": async ({ of, ben }) => {
    const text = "# Stories\n\n[A shop](https://a.example/). It went down in a crowd.\n";
    await of.castor.act("library.import", { source: "walk", text }, ben.actor);
    return { source: "walk" };
  },
};

/** Mass mail is one only where many subscribed; for the walk it always is. */
const always = <V extends Action | Command>(verb: V): V =>
  verb.name.startsWith("status-page.") && verb.destroys && "what" in verb.destroys
    ? { ...verb, destroys: { ...verb.destroys, name: () => "walked" } }
    : verb;

async function setting(people: number) {
  const probe = capability({
    id: "probe",
    about: "Orders whatever it can.",
    config: z.object({}),
    orders: destroying.map(({ name }) => ({ name })),
  });
  // What they do by themselves needs a world around them, and is not what is walked.
  const idle = capabilities.map((each) => ({
    ...each,
    reactions: [],
    commands: each.commands.map(always),
    actions: each.actions.map(always),
  }));
  const of = await world([...idle, probe]);
  const ann = await of.enter("ann");
  const ben = people > 1 ? await of.enter("ben") : ann;
  await of.settleIn();
  const token = of.token(ben.actor).actor.id;
  return { of, ann, ben, probe, token };
}

/** Every way to do something, for somebody who is alone with their wish; each gives the type of the refusal. */
function ways({ of, ann, probe }: Awaited<ReturnType<typeof setting>>) {
  const { castor } = of.castor;
  const refusal = (answer: unknown): string =>
    isRefusal(answer) ? answer.problem.type : `not refused: ${JSON.stringify(answer)}`;
  const overHttp = async (answer: Promise<Response>) =>
    String(((await (await answer).json()) as { type?: string }).type).replace("/problems/", "");
  const own = (verb: Deed) => castor.capabilities.find(({ id }) => id === verb.owner) as Capability;
  const inside = async (verb: Deed, input: object, actor: Actor) => {
    const run = { by: actor };
    if (verb.kind === "action") return refusal(await castor.act(verb.name, input, run));
    const found = own(verb).commands.find(({ name }) => name === verb.name) as Command;
    return refusal(await castor.effects(own(verb), { actor }).run(found, input));
  };
  const { secret, actor: machine } = of.token(ann.actor);
  return {
    "the API, signed in as the console is": (verb: Deed, input: object) =>
      overHttp(of.post(verb.name, input, ann)),
    "the API, with a token": (verb: Deed, input: object) =>
      overHttp(of.post(verb.name, input, secret)),
    "the command line": (verb: Deed, input: object) => byCommandLine(of, verb, { input, secret }),
    "an order of another capability": async (verb: Deed, input: object) =>
      refusal(await castor.effects(probe, { actor: ann.actor }).order({ name: verb.name }, input)),
    "an order, with a token": async (verb: Deed, input: object) =>
      refusal(await castor.effects(probe, { actor: machine }).order({ name: verb.name }, input)),
    "a link that nobody signed in for": (verb: Deed, input: object) =>
      inside(verb, input, { kind: "system", id: "public" }),
    "the machine's own command line": (verb: Deed, input: object) =>
      inside(verb, input, { kind: "system", id: "local" }),
  };
}

async function byCommandLine(
  of: World,
  { name, kind, about, allow, input: schema }: Deed,
  { input, secret }: { input: object; secret: string },
): Promise<string> {
  using server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: (request) => of.fetch(request),
  });
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Verb["input"];
  const verb = commandOf({ name, kind, about, allow, input: shape, destroys: "It" });
  const kebab = (text: string) => text.replaceAll(/[A-Z]/g, (each) => `-${each.toLowerCase()}`);
  const argv = Object.entries(input).flatMap(([field, value]) => [
    `--${kebab(field)}`,
    String(value),
  ]);
  const env = { CASTOR_URL: `http://127.0.0.1:${server.port}`, CASTOR_TOKEN: secret };
  const given = await readArguments(argv, { ...verb.options, ...everywhere }, verb);
  try {
    return `not refused: ${await verb.run(given, paperTerminal({ env }))}`;
  } catch (error) {
    if (error instanceof Refused) return String(error.problem.type).replace("/problems/", "");
    throw error;
  }
}

/** Alone with the wish: somebody signed in has to find a second one, a stranger is nobody. */
const saysNo = (way: string, verb: Deed): string =>
  way.startsWith("a link")
    ? "approvals.not-you"
    : way.startsWith("the machine") && verb.name === "people.sign-in-link"
      ? ""
      : "approvals.needed";

test("no way leads one person alone to what destroys", async () => {
  const all = await setting(2);
  await using _ = all.of;
  expect(destroying.map(({ name }) => name).filter((name) => !(name in losses))).toEqual([]);
  for (const verb of destroying) {
    const input = await (losses[verb.name] ?? (() => ({})))(all);
    for (const [way, go] of Object.entries(ways(all))) {
      const expected = saysNo(way, verb);
      if (expected === "") continue;
      expect(`${verb.name} by ${way}: ${await go(verb, input)}`).toBe(
        `${verb.name} by ${way}: ${expected}`,
      );
      await all.of.withdrawAll();
    }
  }
  expect(all.of.castor.types().filter((type) => type === "approvals.alone")).toEqual([]);
});

test("whoever is alone here destroys nothing without typing what", async () => {
  const all = await setting(1);
  await using _ = all.of;
  for (const verb of destroying.filter(({ name }) =>
    ["cache.purge", "freeze.drop", "privacy.erase"].includes(name),
  )) {
    const input = await (losses[verb.name] ?? (() => ({})))(all);
    for (const [way, go] of Object.entries(ways(all)))
      expect(`${way}: ${await go(verb, input)}`).toBe(
        `${way}: ${way.startsWith("a link") ? "approvals.not-you" : "approvals.confirm"}`,
      );
  }
});
