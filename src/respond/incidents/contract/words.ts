/** From the first sign to the lesson. */
export const stages = [
  "triggered",
  "acknowledged",
  "mitigating",
  "monitoring",
  "resolved",
  "reviewed",
] as const;

/** The gravest first. */
export const severities = ["sev1", "sev2", "sev3", "sev4"] as const;

/** What each severity means, in the words of somebody who has just woken up. If unsure, take the graver one. */
export const severityGuide: Readonly<Record<(typeof severities)[number], string>> = {
  sev1: "Most people cannot use it, data is lost, or money is. Everybody who can help is woken.",
  sev2: "Many people cannot do what they came for, or it gets worse by the minute.",
  sev3: "Some people notice, and there is a way around it.",
  sev4: "Nobody outside notices yet; it wants mending in working hours.",
};

export const roles = ["commander", "operations", "communications", "scribe"] as const;

type Task = { id: string; says: string };
/** What each role sees to, in order; a tick is a fact. */
export const checklists: Readonly<Record<(typeof roles)[number], readonly Task[]>> = {
  commander: [
    { id: "severity", says: "Say how grave it is; if unsure, graver" },
    { id: "roles", says: "Give the other roles to somebody, by name" },
    { id: "stop-the-bleeding", says: "Ask what would stop the harm now, before why it happened" },
    { id: "cadence", says: "Say when the next update is due" },
    { id: "end", says: "Ask everybody before it is called resolved" },
  ],
  operations: [
    { id: "changes", says: "Look at what changed just before" },
    { id: "say-first", says: "Say what you are about to do before you do it" },
    { id: "undo", says: "Prefer what can be taken back: roll back, freeze, shed" },
    { id: "verify", says: "See in the graphs that it helped" },
  ],
  communications: [
    { id: "first-post", says: "Post a first update, even with little to say" },
    { id: "inside", says: "Tell support and whoever else is asked by users" },
    { id: "promise", says: "Say when the next update comes, and keep to it" },
    { id: "last-post", says: "Post the end, and what was done" },
  ],
  scribe: [
    { id: "decisions", says: "Note what was decided and by whom" },
    { id: "tried", says: "Note what was tried and did not help" },
    { id: "questions", says: "Note open questions for the review" },
  ],
};
