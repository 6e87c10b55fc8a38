/** What this program is started as by itself; everything else is the command line. */
const roles: Record<string, (argv: readonly string[]) => Promise<number>> = {
  __control: async (argv) => (await import("./cli/roles/control.ts")).control(argv),
  __outpost: async (argv) => (await import("./cli/roles/outpost.ts")).outpost(argv),
  "__gateway-worker": async (argv) => (await import("./cli/roles/gateway-worker.ts")).worker(argv),
};

const argv = process.argv.slice(2);
const role = roles[argv[0] ?? ""];
process.exitCode = role
  ? await role(argv.slice(1))
  : await (await import("./cli/main.ts")).dispatchMain(argv);

// Nothing imports the entry; this makes it a module.
export {};
