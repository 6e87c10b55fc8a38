import type { Entry } from "./command.ts";

const entry = (group: string, name: string, summary: string, load: Entry["load"]): Entry => ({
  group,
  name,
  summary,
  load,
});

/** The table of contents of the command line. Code is loaded when it is run, so that starting stays fast. */
export const commands: readonly Entry[] = [
  entry(
    "start",
    "protect",
    "Put the dam in front of a site now: castor protect http://localhost:2368",
    async () => (await import("./verbs/protect.ts")).protect,
  ),
  entry(
    "start",
    "up",
    "Run what castor.yaml says.",
    async () => (await import("./verbs/up.ts")).up,
  ),
  entry(
    "start",
    "demo",
    "See it all at work: an example shop and a small crowd.",
    async () => (await import("./verbs/demo.ts")).demo,
  ),
  entry(
    "configure",
    "init",
    "Write a castor.yaml from what is found here.",
    async () => (await import("./verbs/init.ts")).init,
  ),
  entry(
    "configure",
    "config check",
    "Find every mistake in the configuration.",
    async () => (await import("./verbs/config.ts")).configCheck,
  ),
  entry(
    "configure",
    "config show",
    "Every value and where it comes from.",
    async () => (await import("./verbs/config.ts")).configShow,
  ),
  entry(
    "configure",
    "config schema",
    "The JSON Schema of castor.yaml, for editors.",
    async () => (await import("./verbs/config.ts")).configSchema,
  ),
  entry(
    "configure",
    "config reference",
    "Every field with its default, as Markdown.",
    async () => (await import("./verbs/config.ts")).configReferenceVerb,
  ),
  entry(
    "configure",
    "alerts import",
    "Write castor.yaml lines from an alertmanager.yml.",
    async () => (await import("./verbs/alerts-import.ts")).alertsImport,
  ),
  entry(
    "configure",
    "alerts test",
    "Try the tests of rules and objectives that the configuration has.",
    async () => (await import("./verbs/alerts-test.ts")).alertsTest,
  ),
  entry(
    "configure",
    "tls local-ca",
    "A certificate for development, and the authority that signs it.",
    async () => (await import("./verbs/tls.ts")).tlsLocalCa,
  ),
  entry(
    "configure",
    "on-call import",
    "Rotations and policies of Grafana OnCall or PagerDuty, as castor.yaml.",
    async () => (await import("./verbs/on-call-import.ts")).onCallImport,
  ),
  entry("configure", "config", "", async () => (await import("./verbs/config.ts")).configShow),
  entry(
    "see",
    "status",
    "Services, instances and traffic, now.",
    async () => (await import("./verbs/status.ts")).status,
  ),
  entry(
    "see",
    "log",
    "What happened, in words, with who and why.",
    async () => (await import("./verbs/log.ts")).log,
  ),
  entry(
    "see",
    "log verify",
    "Prove that nobody changed the log.",
    async () => (await import("./verbs/log.ts")).logVerify,
  ),
  entry(
    "see",
    "gateway access-log",
    "The last requests, as the access log writes them.",
    async () => (await import("./verbs/access-log.ts")).accessLog,
  ),
  entry(
    "see",
    "verbs",
    "Everything that the capabilities can be told and asked.",
    async () => (await import("./verbs/capability-verb.ts")).verbs,
  ),
  entry(
    "act",
    "freeze",
    "Serve the site from its own copy: the origin gets a rest.",
    async () => (await import("./verbs/freeze.ts")).freeze,
  ),
  entry(
    "act",
    "freeze export",
    "Write the copy as a plain static site for any web server.",
    async () => (await import("./verbs/freeze.ts")).freezeExport,
  ),
  entry(
    "see",
    "freeze status",
    "What is frozen, how old the copies are, how many forms wait.",
    async () => (await import("./verbs/freeze.ts")).freezeStatus,
  ),
  entry(
    "see",
    "freeze coverage",
    "How many visits the copy covers, page by page.",
    async () => (await import("./verbs/freeze.ts")).freezeCoverage,
  ),
  entry(
    "act",
    "thaw",
    "End a freeze: visitors reach the origin again.",
    async () => (await import("./verbs/freeze.ts")).thaw,
  ),
  entry(
    "see",
    "live plan",
    "What a show needs: machines by minute, what runs out first, prices, schedules.",
    async () => (await import("./verbs/live-plan.ts")).livePlan,
  ),
  entry(
    "act",
    "live rehearse",
    "Drive the plan's curve at a rehearsal, and compare the plan with what was.",
    async () => (await import("./verbs/live-rehearse.ts")).liveRehearse,
  ),
  entry(
    "act",
    "status-page publish",
    "Publish the status page now, wherever it lives; also from cron.",
    async () => (await import("./verbs/status-page-publish.ts")).statusPagePublish,
  ),
  entry(
    "see",
    "runbook show",
    "One runbook with its steps: what is done, what each would run.",
    async () => (await import("./verbs/runbooks.ts")).runbookShow,
  ),
  entry(
    "act",
    "runbook run-step",
    "Try what a step runs, run it as yourself, and tick the step.",
    async () => (await import("./verbs/runbooks.ts")).runbookRunStep,
  ),
  entry(
    "configure",
    "runbook check",
    "Find every mistake in the runbooks, without a running Castor.",
    async () => (await import("./verbs/runbooks.ts")).runbookCheck,
  ),
  entry(
    "act",
    "sign-in-link",
    "One link that signs you in to the console.",
    async () => (await import("./verbs/sign-in-link.ts")).signInLink,
  ),
  entry(
    "act",
    "crowd",
    "Send a crowd of visitors to a site of your own.",
    async () => (await import("./verbs/crowd.ts")).crowd,
  ),
  entry(
    "other",
    "version",
    "Which Castor this is.",
    async () => (await import("./verbs/version.ts")).version,
  ),
];
