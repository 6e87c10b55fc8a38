import { action, type Effects, type Refusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { doingOf, open, outboxOf, stamp, withoutAddresses } from "./deliver.ts";

const unset = (): Refusal =>
  contract.notConfigured("Set mail.smtp.host and mail.from in castor.yaml.");

async function put(letter: contract.Letter, fx: Effects<Config>): Promise<Done | Refusal> {
  if (fx.config.smtp === undefined || fx.config.from === undefined) return unset();
  const until = Math.min(letter.until ?? Infinity, fx.now + fx.config.keepTrying);
  const doing = doingOf(fx);
  const isIn = await outboxOf(fx).put(letter, { now: fx.now, until, max: fx.config.waitingMax });
  doing.isIdle = false;
  return isIn ? { done: true } : contract.tooMany();
}

async function takeBack({ id }: { id: string }, fx: Effects<Config>): Promise<Done> {
  const outbox = outboxOf(fx);
  const purpose = outbox.purposeOf(id);
  const isTaken = await outbox.end(id, { as: "cancelled", now: fx.now });
  if (isTaken && purpose !== undefined)
    fx.count(contract.letters, { purpose, outcome: "cancelled" });
  return { done: true };
}

/** Not through the outbox: whoever tests wants to read what the server says. */
async function test(
  { to }: { to: string },
  fx: Effects<Config>,
): Promise<{ said: string; tookMs: number } | Refusal> {
  const { smtp, from, fromName } = fx.config;
  if (smtp === undefined || from === undefined) return unset();
  const began = fx.now;
  const letter = contract.Letter.parse({
    id: `test/${fx.id()}`,
    to,
    subject: "Castor can send you letters",
    text: `Somebody tried whether Castor's letters arrive. This one did.\n\nIt came through ${smtp.host}, in the name of ${from}.\n`,
    purpose: "mail.test",
  });
  const line = await open(fx, smtp);
  if (typeof line === "string") return contract.serverFailed(line);
  try {
    const { kind, said } = await line.hand(stamp(letter, from, { fromName, epoch: fx.log.epoch }));
    const words = withoutAddresses(said);
    return kind === "taken"
      ? { said: words, tookMs: fx.now - began }
      : contract.serverFailed(words);
  } finally {
    line.close();
  }
}

const Done = z.object({ done: z.literal(true) });
type Done = z.infer<typeof Done>;

export const actions = [
  action(contract.send.name, {
    about:
      "Puts a letter into the outbox, once for each id; it goes as soon as the server takes it.",
    allow: "admin",
    input: contract.Letter,
    output: Done,
    act: put,
  }),
  action(contract.cancel.name, {
    about: "Takes a letter that still waits out of the outbox.",
    allow: "admin",
    input: z.object({ id: z.string().min(1).max(200) }),
    output: Done,
    act: takeBack,
  }),
  action("mail.test", {
    about: "Sends a letter right now and says what the mail server said to it.",
    input: z.object({ to: z.email().max(254) }),
    output: z.object({ said: z.string(), tookMs: z.number() }),
    act: test,
  }),
];
