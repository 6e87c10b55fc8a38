import { openOutpost } from "../../kernel/outposts/machine.ts";
import { announceReady } from "../../kernel/processes/ready.ts";
import { startIntake } from "../../observe/errors/intake/start.ts";
import { outpostName as errorsIntake } from "../../observe/errors/intake/picture.ts";
import { readArguments } from "../arguments.ts";

/** Every process of a capability beside control, by its name. */
const outposts: Readonly<Record<string, typeof startIntake>> = { [errorsIntake]: startIntake };

/** `castor __outpost`: one of them, as the keeper starts it. */
export async function outpost(argv: readonly string[]): Promise<number> {
  const given = await readArguments(argv, {
    data: { type: "text", about: "The data folder." },
    name: { type: "text", about: "Which outpost." },
  });
  const name = given.text("name") ?? "";
  const start = outposts[name];
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
