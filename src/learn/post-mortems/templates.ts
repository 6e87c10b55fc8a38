import type { Section } from "./contract.ts";

/** A form of a post-mortem. What the log knows (figures, timeline, exam) stands in every one, so no section asks for it. */
export type Template = { about: string; sections: readonly Section[] };

const section = (id: string, title: string, hint: string): Section => ({ id, title, hint });

const summary = section(
  "summary",
  "Summary",
  "What people could not do, for how long, and how it ended: five sentences for somebody who was not there.",
);
const background = section(
  "background",
  "Background",
  "What a reader has to know of how this works, no more.",
);
const factors = section(
  "factors",
  "Contributing factors",
  "What made it possible, and what made it last: the graph in words. Not who.",
);
const well = section("went-well", "What went well", "What helped, so that it is kept.");
const badly = section("went-badly", "What went badly", "What held us up, and what we did not see.");
const lucky = section(
  "lucky",
  "Where we were lucky",
  "What could have made it worse and did not, by chance.",
);
const lessons = section("lessons", "What we learnt", "What we now know about our system.");
const outside = section(
  "outside",
  "For people outside",
  "What happened, what it meant for them, what changes: without inside words. The status page shows it once it is published.",
);
const resolution = section(
  "resolution",
  "How it ended",
  "What was tried, what helped, and how we knew.",
);

/** Castor's own, and forms in the manner of those that others publish (dastergon/postmortem-templates, CC0), in our words. */
export const templates: Readonly<Record<string, Template>> = {
  castor: {
    about: "What the log cannot know, and no more.",
    sections: [summary, background, factors, resolution, well, badly, lucky, lessons, outside],
  },
  short: {
    about: "For small troubles: three answers.",
    sections: [
      summary,
      factors,
      section("changes", "What we change", "What will catch it, or soften it, the next time."),
    ],
  },
  sre: {
    about: "In the manner of large reliability teams: trigger, detection, lessons in three parts.",
    sections: [
      summary,
      section("trigger", "Trigger", "What set it off at that moment, and not a day before."),
      factors,
      section("detection", "Detection", "What told us, and what could have told us sooner."),
      resolution,
      ...[well, badly, lucky],
    ],
  },
  response: {
    about: "For those who train responders: what was seen, thought and done, turn by turn.",
    sections: [
      summary,
      section("seen", "What was seen", "Which screens and messages told what, in what order."),
      section("thought", "What was thought", "Which explanations were held, and what ended each."),
      section("done", "What was done", "Which steps were taken, and what each one showed."),
      ...[well, badly],
      section("inside", "For people inside", "What support, sales and others have to know."),
      outside,
    ],
  },
  whys: {
    about: "Five times why, for trouble with one chain of factors.",
    sections: [
      summary,
      section("why-1", "Why could people not do it?", "The first thing below what people felt."),
      section("why-2", "Why was that?", ""),
      section("why-3", "And why was that?", "The answer may have two branches: draw them."),
      section("why-4", "And why was that?", ""),
      section("why-5", "What let all of it through?", "The answer is not a person."),
      lessons,
    ],
  },
  security: {
    about: "For trouble that somebody made on purpose.",
    sections: [
      summary,
      section("way-in", "The way in", "Which door, since when it stood open, how it was found."),
      section(
        "reached",
        "What was reached",
        "Systems, data, whose; what is proven and what is not.",
      ),
      section("shut", "How it was shut out", "Steps in order, and how we know that it holds."),
      section("told", "Who had to be told", "People concerned, authorities, partners; by when."),
      ...[factors, lessons, outside],
    ],
  },
};
