// The borders of docs and ARCHITECTURE.md, executed: each message names the legal way. tools/borders.test.ts sees every rule fire.
const order = ["platform", "run", "absorb", "observe", "respond", "learn"];
const any = order.join("|");
const slice = `^src/(${any})/([^/]+)/`;
const page = `^src/(${any})/[^/]+/console(\\.tsx$|/)`;
const test = "\\.(test|testing|sim)\\.tsx?$";
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    forbid(
      "kernel-knows-no-slice",
      "The kernel is the same for every capability; pass what it needs through the manifest.",
      { path: "^src/kernel/" },
      { path: `^src/(${any}|console|cli)/` },
    ),
    forbid(
      "kernel-by-the-front-door",
      'Import "#kernel", "#kernel/contract" or, in tests, "#kernel/testing"; never a file inside it.',
      // The entries put each process together from engines; the command line loads only what it must, to start fast.
      // The benchmarks and the simulation work on the kernel's inside.
      {
        path: "^(src|tools|examples)/",
        pathNot: [
          "^src/kernel/",
          "^src/(main|control|keeper)\\.ts$",
          "^src/absorb/gateway/data-plane/worker(\\.test)?\\.ts$",
          "^src/cli/",
        ],
      },
      { path: "^src/kernel/", pathNot: "^src/kernel/(index|contract|testing)\\.ts$" },
    ),
    forbid(
      "slices-meet-at-contracts",
      "Import the other slice's contract.ts: react to its event or ask its query.",
      // There is one HTTP/1.1 parser (docs/decisions/0004): two would read the same bytes differently.
      { path: slice, pathNot: [test, "^src/absorb/live/data-plane/http\\.ts$"] },
      { path: `^src/(${any})/`, pathNot: ["^src/$1/$2/", "/contract\\.ts$"] },
    ),
    forbid(
      "tests-meet-at-manifests",
      "A test may load another slice by its index.ts, or speak of its contract.ts; not look inside it.",
      { path: `${slice}.*${test}` },
      { path: `^src/(${any})/`, pathNot: ["^src/$1/$2/", "/(contract|index)\\.ts$"] },
    ),
    forbid(
      "contracts-are-leaves",
      'A contract holds names and schemas only, so it may import "#kernel/contract" and other contracts; it also runs in the browser. A long one has parts in its folder contract/.',
      { path: "/contract(\\.ts$|/)", pathNot: "^src/kernel/" },
      {
        path: "^src/",
        pathNot: [`^src/(kernel|(${any})/[^/]+)/contract\\.ts$`, `^src/(${any})/[^/]+/contract/`],
      },
    ),
    ...order.map((group, i) =>
      forbid(
        `${group}-points-left`,
        `${group} may lean on ${order.slice(0, i).join(", ") || "the kernel"} only; emit an event and let the later group react.`,
        { path: `^src/${group}/` },
        { path: `^src/(${order.slice(i + 1).join("|") || "-"})/` },
      ),
    ),
    forbid(
      "only-the-kernel-touches-the-world",
      "Files, sockets, processes and databases are reached through a kernel port, so that tests and simulation can replace them.",
      // The data planes are processes of their own, with no kernel in their hot path; the count of a crowd has a log of its own (docs/decisions/0040).
      {
        path: slice,
        pathNot: [
          test,
          "^src/absorb/gateway/data-plane/",
          "^src/absorb/live/(engine|data-plane|generator)/",
        ],
      },
      { dependencyTypes: ["core"] },
    ),
    forbid(
      "console-sees-contracts-only",
      "Browser code may import contracts and #console; anything else would ship the server to the browser.",
      { path: page },
      {
        path: `^src/(${any}|kernel)/`,
        pathNot: ["/contract\\.ts$", "^src/kernel/contract\\.ts$", "/console(\\.tsx$|/)"],
      },
    ),
    forbid(
      "server-never-imports-console",
      "Register pages in src/console/pages.ts.",
      { path: "^src/", pathNot: ["^src/console/", page, test] },
      { path: page },
    ),
    forbid(
      "test-tools-in-tests",
      "Product code must not depend on test tools.",
      { pathNot: [test, "^src/kernel/testing", "^sim/", "^bench/"] },
      { path: "^src/kernel/testing" },
    ),
    forbid(
      "no-cycles",
      "Break the cycle: move the shared name to the contract or the kernel.",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    // Cycles of slices are found by tools/tidy/cycles.ts: a folder rule cannot leave out the pages, which the shell lists.
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: "node_modules",
    exclude: "node_modules",
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
    metrics: true,
  },
};
