import * as z from "zod";
import { type Actor, event, problem, query } from "../contract.ts";
import { capability, type Capability } from "../manifest/capability.ts";
import { action, answer } from "../manifest/decisions.ts";
import { view } from "../manifest/views.ts";
import { keeperCluster } from "../processes/process.ts";
import { conflicted } from "./commands.ts";
import { explain, Manifest } from "./explain.ts";
import { reactionParked, reactionRetried } from "./attempts.ts";
import { invalidInput } from "./wrong-input.ts";

export const castorStarted = event(
  "castor.started",
  z.object({ version: z.string(), epoch: z.string(), head: z.number() }),
  { says: (d) => `Castor ${d.version} started with ${d.head} facts in the log` },
);

export const unknownView = problem("castor.unknown-view", 404, "There is no such view");

const restartMs = 10_000;

const Parked = z.object({
  reaction: z.string(),
  position: z.number(),
  error: z.string(),
  at: z.number(),
});
const parked = query("castor.parked", z.object({}), z.array(Parked), {
  about: "Reactions that failed again and again and wait for somebody.",
});
/** Every capability as data, of the running program itself. */
export const manifest = query("castor.manifest", z.object({}), Manifest, {
  about: "Every capability with its verbs, facts, problems, counters and configuration.",
});

const parkedView = view<z.infer<typeof Parked>[], typeof reactionParked | typeof reactionRetried>(
  "castor.parked-reactions",
  {
    from: [reactionParked, reactionRetried],
    empty: () => [],
    apply: (known, { event: { type, data }, at }) => {
      const rest = known.filter(
        (each) => each.reaction !== data.reaction || each.position !== data.position,
      );
      if (type === "castor.reaction-parked")
        return [
          ...rest,
          { reaction: data.reaction, position: data.position, error: data.error, at },
        ];
      return data.worked ? rest : known;
    },
  },
);

/** What the kernel itself says and answers, in the same form as every capability. */
export const ownCapability = (of: {
  all: () => readonly Capability[];
  rebuild: (view: string) => Promise<void>;
  retry: (parked: { reaction: string; position: number }, by: Actor) => Promise<boolean>;
}): Capability =>
  capability({
    id: "castor",
    about: "The kernel: what it is made of, and reactions that need somebody.",
    config: z.object({}).strict(),
    emits: [castorStarted, reactionParked, reactionRetried],
    refuses: [invalidInput, conflicted, unknownView],
    views: [parkedView],
    actions: [
      action("castor.restart", {
        about: "Starts the control process again; visitors notice nothing.",
        allow: "admin",
        input: z.object({}),
        output: z.object({ asked: z.boolean() }),
        act: async (_, fx) => {
          // The keeper's answer comes when this process is gone, so nobody waits for it.
          const request = { do: "restart", id: "control" };
          void fx.bus.request(keeperCluster, request, { timeoutMs: restartMs }).catch(() => {});
          await fx.sleep(0);
          return { asked: true };
        },
      }),
      action("castor.rebuild", {
        about: "Throws a view away and folds it again from the log.",
        allow: "admin",
        input: z.object({ view: z.string() }),
        output: z.object({ view: z.string() }),
        act: async ({ view }) => {
          const known = of.all().flatMap((each) => each.views.map(({ name }) => name));
          if (!known.includes(view)) return unknownView(`Views are: ${known.join(", ")}.`);
          await of.rebuild(view);
          return { view };
        },
      }),
      action("castor.retry", {
        about: "Tries a parked reaction once more.",
        input: z.object({ reaction: z.string(), position: z.coerce.number().int() }),
        output: z.object({ worked: z.boolean() }),
        act: async (input, fx) => ({ worked: await of.retry(input, fx.actor) }),
      }),
    ],
    answers: [
      answer(parked, (read) => read.view(parkedView)),
      answer(manifest, () => explain(of.all())),
    ],
  });
