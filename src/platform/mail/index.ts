import { answer, capability, type Effects, every, openedStore, type Read, started } from "#kernel";
import { checkMail, Config } from "./config.ts";
import * as contract from "./contract.ts";
import { deliver, doingOf, outboxOf } from "./deliver.ts";
import { outboxStore, pictureOf, progressOf } from "./outbox.ts";
import { actions } from "./verbs.ts";

const deliverEveryMs = 1_000;
const isSet = ({ config }: { config: Config }): boolean => config.smtp !== undefined;
const nothingWaits = { waiting: 0, waitingSince: null, lastAcceptedAt: null, failures: [] };

export const mail = capability({
  id: "mail",
  about: "Sends letters for other capabilities: one mail server, one outbox that loses none.",
  config: Config,
  check: checkMail,
  emits: [contract.accepted, contract.delayed, contract.failed],
  refuses: [contract.notConfigured, contract.tooMany, contract.serverFailed],
  counts: [contract.letters],
  actions,
  answers: [
    answer(contract.progress, (read: Read<Config>, { prefix }) => {
      const store = openedStore(read, outboxStore);
      const none = { waiting: 0, accepted: 0, failed: 0, cancelled: 0 };
      return { ...none, ...(store ? progressOf(store.tables, prefix) : {}) };
    }),
    answer(contract.now, (read: Read<Config>) => {
      const { smtp, from } = read.config;
      const store = openedStore(read, outboxStore);
      return {
        server: smtp ? `${smtp.host}:${smtp.port}` : null,
        from: from ?? null,
        trouble: doingOf(read).trouble ?? null,
        ...(store ? pictureOf(store.tables) : nothingWaits),
      };
    }),
  ],
  reactions: [
    started((fx: Effects<Config>) => {
      if (isSet(fx)) outboxOf(fx);
    }),
    every("mail.deliver", deliverEveryMs, async (fx: Effects<Config>) => {
      if (isSet(fx)) await deliver(fx);
    }),
  ],
});
