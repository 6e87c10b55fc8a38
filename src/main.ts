import { dispatchMain } from "./cli/main.ts";

/** What this program is started as by itself; everything else is the command line. */
const roles: Record<string, (argv: readonly string[]) => Promise<number>> = {
  __control: async (argv) => (await import("./cli/roles/control.ts")).control(argv),
  "__gateway-worker": async (argv) => (await import("./cli/roles/gateway-worker.ts")).worker(argv),
};

const [first = "", ...rest] = process.argv.slice(2);
const role = roles[first];
process.exitCode = await (role ? role(rest) : dispatchMain(process.argv.slice(2)));
