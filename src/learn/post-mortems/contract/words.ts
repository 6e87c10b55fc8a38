/** How a post-mortem comes to be read: people write, somebody else reads, everybody learns. `imported` ones are another Castor's. */
export const states = ["draft", "in-review", "reviewed", "published", "imported"] as const;

/** What an action does to the next time: it does not come, it is seen sooner, it hurts less. */
export const actionKinds = ["prevent", "detect", "mitigate"] as const;
export const actionStates = ["open", "done", "dropped"] as const;

/** What sort of trouble it was, as far as one word can say; the graph says the rest. */
export const causes = [
  ...(["release", "configuration", "capacity", "dependency", "data", "hardware"] as const),
  ...(["network", "certificate", "security", "process", "unknown"] as const),
] as const;

/** A factor of the graph: what set it off, what had to be so, what was not there to stop it, what people felt, what helped by luck. */
export const factorKinds = ["trigger", "condition", "gap", "harm", "luck"] as const;

/** The exam, in the order in which it is taken. */
export const criteria = [
  ...(["identification", "information", "structure", "resources"] as const),
  ...(["service-level", "internal-report", "external-report"] as const),
] as const;

type Criterion = (typeof criteria)[number];
/** What each criterion is called, and what is asked of people where the log cannot tell. */
export const criterionWords: Readonly<Record<Criterion, { title: string; asks: string }>> = {
  identification: {
    title: "Identification",
    asks: "What told us first, and what could have told us sooner?",
  },
  information: {
    title: "Information flow",
    asks: "Did everybody who needed to know hear it in time, and the same thing?",
  },
  structure: {
    title: "Structure",
    asks: "Was it clear who leads and who does what?",
  },
  resources: {
    title: "Resources",
    asks: "Were the right people there, and could the others sleep?",
  },
  "service-level": {
    title: "Service level",
    asks: "How much of what we promise did it cost?",
  },
  "internal-report": {
    title: "Internal report",
    asks: "Was the lesson written in time, and have those who need it read it?",
  },
  "external-report": {
    title: "External report",
    asks: "Did people outside hear the beginning, the end, and the reason?",
  },
};

/** From 0 to 3. */
export const scoreWords = ["It did not work", "It hardly worked", "It worked", "It worked well"];
