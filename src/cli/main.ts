import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { dispatch, unknownCommand } from "./dispatch.ts";
import { processTerminal } from "./terminal.ts";

/** Runs this process's command line; the answer is its exit code. */
export async function dispatchMain(argv: readonly string[]): Promise<number> {
  const line = argv[0] === "--version" || argv[0] === "-V" ? ["version", ...argv.slice(1)] : argv;
  // A pipe that is closed early (`castor log | head`) is no error of ours.
  process.stdout.on("error", () => process.exit(0));
  return await dispatch(line, commands, processTerminal(), capabilityCommand);
}

/** `castor <capability> <verb>`: what no list holds, the manifests may know. */
async function capabilityCommand(
  argv: readonly string[],
): Promise<{ name: string; command: Command; rest: string[] }> {
  const [word = "", verb = ""] = argv;
  const names = commands.map((each) => each.name);
  if (!/^[a-z][a-z-]*$/.test(word)) throw await unknownCommand(argv, names);
  const { commandOf, knownVerbs, placeOptions, saidAs } =
    await import("./verbs/capability-verb.ts");
  const { connect } = await import("./connect.ts");
  const { readArguments } = await import("./arguments.ts");
  const { toCastor } = await import("./command.ts");
  const given = Object.keys(toCastor).some((each) => argv.join(" ").includes(`--${each}`));
  const place = given ? await placeOptions(`${word}.${verb}`) : [];
  const asked = await readArguments(addressIn(argv, place), toCastor, { wordsMax: argv.length });
  const { manifest } = await knownVerbs(connect(asked, processTerminal()));
  const capability = saidAs(word).find((id) => manifest.some((each) => each.id === id)) ?? word;
  if (manifest.some((each) => each.id === capability) && (verb === "" || verb.startsWith("-"))) {
    const { verbsBeside } = await import("./verbs/verbs.ts");
    const rest = [capability, ...argv.slice(1)].filter(
      (each) => each !== "--help" && each !== "-h",
    );
    return { name: "verbs", command: verbsBeside(commands), rest };
  }
  const all = manifest.flatMap((each) => each.verbs);
  const found = all.find((each) => each.name === `${capability}.${verb}`);
  if (!found)
    throw await unknownCommand(argv, [...names, ...all.map((each) => each.name.replace(".", " "))]);
  return { name: found.name.replace(".", " "), command: commandOf(found), rest: argv.slice(2) };
}

/** The options that say which Castor is meant, out of a line whose other options are not known yet. */
function addressIn(argv: readonly string[], place: readonly string[]): string[] {
  return argv.flatMap((each, at) => {
    const [name = ""] = each.replace(/^--/, "").split("=");
    if (!each.startsWith("--") || !place.includes(name)) return [];
    return each.includes("=") ? [each] : argv.slice(at, at + 2);
  });
}
