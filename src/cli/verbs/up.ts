import { type Command } from "../command.ts";
import { configFile, overridesOf, planOf, startOptions } from "../start/plan.ts";
import { runCastor } from "../start/run-castor.ts";

/** `castor up`: runs what the configuration says. */
export const up: Command = {
  usage:
    "up [--config castor.yaml] [--data .castor] [--listen 127.0.0.1:8080] [--console 127.0.0.1:4600]",
  summary: "Run what castor.yaml says, until Ctrl-C.",
  about: "Editing the file reloads it as one change; a mistake changes nothing and is shown.",
  example: "castor up --listen :8080",
  options: {
    config: { type: "text", value: configFile, about: "The configuration file." },
    ...startOptions,
  },
  async run(given, terminal) {
    const plan = planOf(
      {
        data: given.text("data") ?? ".castor",
        config: given.text("config") ?? configFile,
        env: overridesOf(given.text),
      },
      terminal,
    );
    return await runCastor(plan, terminal, { plain: given.flag("plain") });
  },
};
