import { runControl } from "../../control.ts";
import { readArguments } from "../arguments.ts";
import { ownCommand, ownFile } from "../start/own-command.ts";

/** `castor __control`: the control process, as the keeper starts it. It leaves when its work is done, whatever still waits. */
export async function control(argv: readonly string[]): Promise<number> {
  const given = await readArguments(argv, {
    data: { type: "text", about: "The data folder." },
    config: { type: "text", about: "The configuration file." },
  });
  const code = await runControl({
    data: given.text("data") ?? ".castor",
    config: given.text("config") ?? "castor.yaml",
    castorCommand: ownCommand,
    consoleFolder: ownFile("dist/console"),
  });
  process.exit(code);
}
