import type { RunbookList, RunbookOne, RunbooksFound } from "../../src/console/live/shapes.ts";

const about = {
  ...{ runbook: "shop/nobody-can-pay", title: "Nobody can pay", services: ["shop", "payments"] },
  ...{ alerts: ["Checkout*"], labels: { team: "payments" } },
};
const mistakes = [
  {
    ...{ file: "runbooks/search-slow.md", line: 14, what: "There is no verb gateway.drian." },
    fix: "There are gateway.drain, gateway.withdraw, gateway.split.",
  },
];
const fakeList = (): RunbookList => ({
  folder: "runbooks",
  mistakes,
  runbooks: [
    { ...about, steps: 4, mistakes: 0, file: "runbooks/shop/nobody-can-pay.md" },
    {
      ...{
        runbook: "search-slow",
        title: "Search answers slowly",
        services: ["search"],
        alerts: [],
      },
      ...{ labels: {}, steps: 3, mistakes: 1, file: "runbooks/search-slow.md" },
    },
    {
      ...{ runbook: "disk-full", title: "A disk is full", services: [], alerts: ["DiskFills"] },
      ...{ labels: {}, steps: 5, mistakes: 0, file: "runbooks/disk-full.md" },
    },
  ],
});

type Step = Extract<NonNullable<RunbookOne["runbook"]>["blocks"][number], { kind: "step" }>["step"];
const step = (
  number: number,
  says: string,
  of: Partial<Step> = {},
): { kind: "step"; step: Step } => ({
  kind: "step",
  step: { step: `0000000${number}`, number, says, more: "", command: null, done: null, ...of },
});

const fakeOne = (input: URLSearchParams): RunbookOne => ({
  services: input.has("incident") ? ["shop", "payments"] : [],
  mistakes: [],
  runbook: {
    ...about,
    file: "runbooks/shop/nobody-can-pay.md",
    blocks: [
      {
        kind: "text",
        markdown:
          "People come to the checkout and leave without paying. **Stop the harm first**, look for the cause after.\n\n## First minutes",
      },
      step(1, "Look whether the bank answers", {
        more: "Its status page is at [status.bank.example](https://status.bank.example). If it is the bank, go to step 4.",
        done: input.has("incident")
          ? { at: Date.now() - 360_000, by: { kind: "person", id: "p-ada" } }
          : null,
      }),
      step(2, "See what the gateway refuses now", {
        command: {
          ...{ verb: "gateway.refused", kind: "query", allow: "viewer", input: {}, needs: [] },
          about: "What was refused at the door, by reason.",
        },
      }),
      { kind: "text", markdown: "## Stop the harm" },
      step(3, "Serve what was there before", {
        command: {
          ...{ verb: "cache.serve-stale", kind: "command", allow: "operator" },
          about: "Serves what is stored although it is old, for a while.",
          input: { service: input.get("service") ?? "$service", for: "30m", reason: "runbook" },
          needs: input.has("service") ? [] : ["service"],
        },
      }),
      step(4, "Tell people that paying works again in a while", {
        more: "- say **when** you will say more\n- name no cause yet",
      }),
    ],
  },
});

const fakeFor = (): RunbooksFound => ({
  runbooks: [
    { ...about, why: "alert", says: "is for the alert CheckoutFails", steps: 4, done: 1 },
    {
      ...{ runbook: "disk-full", title: "A disk is full", services: [], alerts: [], labels: {} },
      ...{ why: "words", says: "has the same words", steps: 5, done: 0 },
    },
  ],
});

/** What the fake Castor answers about runbooks. */
export const runbookAnswers = {
  "runbooks.list": fakeList,
  "runbooks.show": fakeOne,
  "runbooks.for": fakeFor,
};

/** What a dry run finds. */
export const fakeRehearsal = {
  dryRun: true,
  would: [{ type: "x", says: "The cache serves what is old of shop for 30 minutes: runbook" }],
};
