import { capability } from "#kernel";
import { testAuth, testCastor, type TestCastor, testPorts } from "#kernel/testing";
import * as z from "zod";
import * as errors from "../../observe/errors/contract.ts";
import { log } from "../../platform/log/index.ts";
import { people } from "../../platform/people/index.ts";
import * as alerts from "../../respond/alerts/contract.ts";
import { incidents } from "../../respond/incidents/index.ts";
import { PostMortem, show } from "./contract.ts";
import { postMortems } from "./index.ts";
import * as mail from "../../platform/mail/contract.ts";
import { action } from "#kernel";
import { acknowledged as pageAcknowledged } from "../../respond/paging/contract.ts";
import { postOrder } from "../../respond/status-page/contract.ts";
import * as statusPage from "../../respond/status-page/contract.ts";
import { consoleOpened } from "../../platform/console/contract.ts";
import { privacy } from "../../platform/privacy/index.ts";

/** Letters that were ordered, instead of a mail server. */
export type Letter = { id: string; to: string; subject: string; text: string };

/** Stand for capabilities whose facts and orders count here, and whose own work is tested where they live. */
function neighbours(letters: Letter[], tickets: string[]) {
  const said = capability({
    id: "alerts",
    about: "",
    config: z.object({}),
    emits: [
      ...[alerts.groupOpened, alerts.groupChanged, alerts.groupClosed],
      ...[alerts.acknowledged, alerts.changeReported],
    ],
  });
  const paging = capability({
    id: "paging",
    about: "",
    config: z.object({}),
    emits: [pageAcknowledged],
  });
  const inbox = capability({
    id: "errors",
    about: "",
    config: z.object({}),
    emits: [...errors.issueFacts, ...errors.releaseFacts, errors.ticketFiled],
    answers: [{ query: errors.issue as never, reply: () => ({}) }],
    actions: [
      action("errors.file-ticket", {
        about: "",
        input: errors.Ticket,
        output: z.object({ link: z.string() }),
        act: async ({ ref, body }, fx) => {
          tickets.push(body);
          const link = `https://tracker.test/${tickets.length}`;
          await fx.record("tickets", [errors.ticketFiled({ ref, link })]);
          return { link };
        },
      }),
    ],
  });
  const post = capability({
    id: "mail",
    about: "",
    config: z.object({}),
    actions: [
      action(mail.send.name, {
        about: "",
        input: mail.Letter,
        output: z.object({}),
        act: async (letter) => {
          if (!letters.some(({ id }) => id === letter.id)) letters.push(letter);
          return {};
        },
      }),
    ],
  });
  const page = capability({
    id: "status-page",
    about: "",
    config: z.object({}),
    emits: [statusPage.posted],
    actions: [
      action(postOrder.name, {
        about: "",
        input: z.looseObject({}),
        output: z.object({}),
        act: async (input, fx) => {
          const post = {
            ...{ thread: "abcdefghijkl", post: "p1", title: { en: "Payments" }, impact: "major" },
            ...{ components: {}, audience: "everyone", ...input },
          };
          await fx.record("page", [statusPage.posted(post as never)]);
          return {};
        },
      }),
    ],
  });
  const rest = capability({
    id: "console",
    about: "",
    config: z.object({}),
    emits: [consoleOpened],
  });
  return { said, paging, inbox, post, page, rest };
}

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** A Castor with incidents and post-mortems, people who have accounts, and a night to remember. */
export async function night(config: object = {}, seed = 1) {
  const ports = testPorts({ seed });
  const auth = testAuth({ clock: ports.clock });
  const [letters, tickets]: [Letter[], string[]] = [[], []];
  const around = neighbours(letters, tickets);
  const castor: TestCastor = await testCastor(
    [log, people, privacy, ...Object.values(around), incidents, postMortems],
    {
      ports,
      equipment: { auth, sealer: ports.sealer },
      config: { "post-mortems": config, incidents: { declareOn: { critical: "sev2" } } },
    },
  );
  const ada = await auth.enter(auth.firstRunLink()?.link ?? "", {
    ...{ name: "Ada Moreau", email: "ada@shop.example" },
  });
  const by = { kind: "person", id: ada } as const;
  const run = async (verb: string, input: object) => {
    const done = await castor.run(verb.includes(".") ? verb : `post-mortems.${verb}`, input, by);
    await castor.advance(200);
    return done;
  };
  const act = async (verb: string, input: object) => {
    const done = await castor.act(`post-mortems.${verb}`, input, by);
    await castor.advance(200);
    return done;
  };
  const as = (of: "said" | "inbox" | "post-mortems") =>
    castor.castor.effects(of === "post-mortems" ? postMortems : around[of], {
      actor: { kind: "system", id: of },
    });
  const whole = async (postMortem = "pm-1"): Promise<PostMortem> => {
    const { postMortem: found } = await castor.ask(show, { postMortem });
    if (!found) throw new Error(`There is no ${postMortem}.`);
    return found;
  };
  /** Declared (unless it was already), led, mitigated and resolved: three quarters of an hour in all. */
  const incident = async (of: object | "declared" = {}): Promise<void> => {
    const since = ports.clock.now();
    await castor.advance(4 * minuteMs);
    const declare = { title: "Nobody can pay", severity: "sev1", services: ["shop"] };
    if (of !== "declared")
      await run("incidents.declare", { ...declare, startedAt: since, ...Object(of) });
    const id = castor.facts().findLast(({ event }) => event.type === "incidents.declared");
    const name = id ? (id.event.data as { incident: string }).incident : "";
    await castor.advance(minuteMs);
    await run("incidents.give-role", { incident: name, role: "commander", person: ada });
    await run("incidents.status", { incident: name, to: "mitigating", says: "rolling back" });
    await castor.advance(10 * minuteMs);
    await run("incidents.note", { incident: name, text: "It looks better." });
    await run("incidents.status", { incident: name, to: "monitoring" });
    await castor.advance(30 * minuteMs);
    await run("incidents.resolve", { incident: name });
    await castor.advance(1_000);
  };
  return { castor, ports, run, act, as, whole, incident, letters, tickets, ada };
}
