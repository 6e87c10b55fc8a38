import { openOutpost } from "../../kernel/outposts/machine.ts";
import { announceReady } from "../../kernel/processes/ready.ts";
import type { Outpost } from "../../kernel/outposts/outpost.ts";
import { readArguments } from "../arguments.ts";

type Start = (outpost: Outpost) => { close(): Promise<void> };
/** Every process of a capability beside control, by its name. Each loads what it needs alone. */
const outposts: Readonly<Record<string, () => Promise<Start>>> = {
  "errors-intake": async () => (await import("../../observe/errors/intake/start.ts")).startIntake,
  "alerts-intake": async () => (await import("../../respond/alerts/intake/start.ts")).startIntake,
};
/** Those of which there are several: their names end in a number. */
const numbered: typeof outposts = {
  live: async () => (await import("../../absorb/live/data-plane/start.ts")).startNode,
};

const startOf = (name: string): (() => Promise<Start>) | undefined =>
  outposts[name] ?? numbered[/^(.+)-\d+$/.exec(name)?.[1] ?? ""];

/** `castor __outpost`: one of them, as the keeper starts it. */
export async function outpost(argv: readonly string[]): Promise<number> {
  const given = await readArguments(argv, {
    data: { type: "text", about: "The data folder." },
    name: { type: "text", about: "Which outpost." },
  });
  const name = given.text("name") ?? "";
  const start = await startOf(name)?.();
  if (!start) throw new Error(`There is no outpost ${name}.`);
  const asked = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => asked.resolve());
  const ports = openOutpost({ data: given.text("data") ?? ".castor", name });
  const running = start(ports);
  announceReady();
  await asked.promise;
  await ports.close();
  await running.close();
  process.exit(0);
}
