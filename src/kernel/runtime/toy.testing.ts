import * as z from "zod";
import { counter, event, problem, query } from "../contract.ts";
import { capability } from "../manifest/capability.ts";
import { action, answer, command, type Decide } from "../manifest/decisions.ts";
import { due, on, reconcile } from "../manifest/effects.ts";
import { table, view } from "../manifest/views.ts";

/** A small capability for the kernel's own tests: kettles that boil after a while and whistle. */
const Kettle = z.object({ kettle: z.string(), boilsAt: z.number() });
export const filled = event("kettles.filled", Kettle, {
  says: (d) => `Kettle ${d.kettle} was filled`,
});
export const boiled = event("kettles.boiled", z.object({ kettle: z.string() }), {
  says: (d) => `Kettle ${d.kettle} boiled`,
});
export const whistled = event("kettles.whistled", z.object({ kettle: z.string() }), {
  says: (d) => `Kettle ${d.kettle} whistled`,
});
export const told = event("kettles.told", z.object({ kettles: z.number() }), {
  says: (d) => `The neighbours know of ${d.kettles} kettles`,
});
export const tooHot = problem("kettles.too-hot", 409, "The kettle is too hot to fill");
export const noLid = problem("kettles.no-lid", 409, "That lid is not here");
export const whistles = counter("kettles.whistles", "sum", ["kettle"], "whistles");
export const list = query("kettles.list", z.object({}), z.array(z.string()), {
  about: "Which kettles are filled.",
});
export const words = query("kettles.words", z.object({ kettle: z.string() }), z.number(), {
  about: "How often a kettle was heard of.",
});

type KettleEvent =
  ReturnType<typeof filled> | ReturnType<typeof boiled> | ReturnType<typeof whistled>;
type State = { phase: "cold" | "heating" | "boiled" };

const kettle = {
  initial: { phase: "cold" } as State,
  evolve: (state: State, event: KettleEvent): State =>
    event.type === "kettles.filled"
      ? { phase: "heating" }
      : event.type === "kettles.boiled"
        ? { phase: "boiled" }
        : state,
};

const fill: Decide<{ kettle: string; boilsIn: number }, State, KettleEvent> = (
  input,
  state,
  facts,
) => {
  if (state.phase === "boiled") return tooHot(`Kettle ${input.kettle} has just boiled.`);
  if (state.phase === "heating") return [];
  return [filled({ kettle: input.kettle, boilsAt: facts.now + input.boilsIn })];
};
const boil: Decide<{ kettle: string }, State, KettleEvent> = ({ kettle: name }, state) =>
  state.phase === "heating" ? [boiled({ kettle: name })] : [];

export const boilCommand = command("kettles.boil", {
  about: "Lets a kettle boil now.",
  destroys: { what: "The cold water.", name: (input) => input.kettle },
  input: z.object({ kettle: z.string() }),
  model: kettle,
  key: (input) => input.kettle,
  decide: boil,
});
const known = view<string[], typeof filled>("kettles.known", {
  from: [filled],
  empty: () => [],
  apply: (names, { event }) => [...names, event.data.kettle],
});
const heard = table("kettles.heard", {
  from: "all",
  schema: "CREATE TABLE kettles_heard (kettle TEXT, position INTEGER)",
  apply: (tables, { event, position }) => {
    const name = (event.data as { kettle?: string }).kettle;
    if (name !== undefined) tables.run("INSERT INTO kettles_heard VALUES (?, ?)", name, position);
  },
});

/** What a test makes go wrong, and what the outside has been told. */
export type Kitchen = {
  whistleFails: number;
  told: string[][];
  because: (number | undefined)[];
  whistledAt: number[];
};
export const kitchen = (): Kitchen => ({ whistleFails: 0, told: [], because: [], whistledAt: [] });

export const kettles = capability({
  id: "kettles",
  about: "Kettles.",
  config: z.object({ loud: z.boolean().default(true) }).strict(),
  emits: [filled, boiled, whistled, told],
  refuses: [tooHot, noLid],
  counts: [whistles],
  views: [known, heard],
  commands: [
    command("kettles.fill", {
      about: "Fills a kettle and heats it.",
      input: z.object({
        kettle: z.string().min(1),
        boilsIn: z.number().default(1000),
        lidOf: z.string().optional(),
      }),
      model: kettle,
      key: (input) => input.kettle,
      needs: ({ lidOf }, read) =>
        lidOf === undefined || read.view(known).includes(lidOf) ? undefined : noLid(),
      decide: fill,
      allow: "responder",
    }),
    boilCommand,
  ],
  actions: [
    action("kettles.smash", {
      about: "Smashes a kettle.",
      allow: "admin",
      destroys: {
        what: "The kettle.",
        name: ({ kettle: name }) => (name === "broken" ? undefined : name),
      },
      input: z.object({ kettle: z.string() }),
      output: z.object({ pieces: z.number() }),
      act: (_, fx) => Promise.resolve({ pieces: Math.floor(fx.random() * 10) + 1 }),
    }),
  ],
  answers: [
    answer(list, (read) => read.view(known)),
    answer(
      words,
      (read, input) =>
        read.tables(heard).all("SELECT 1 FROM kettles_heard WHERE kettle = ?", input.kettle).length,
    ),
  ],
  reactions: [
    due(
      "kettles.boil-over",
      filled,
      ({ event }) => event.data.boilsAt,
      async ({ event }, fx) => {
        await fx.run(boilCommand, { kettle: event.data.kettle });
      },
    ),
    on("kettles.whistle", boiled, async ({ event }, fx) => {
      const room = fx.equipment<Kitchen>("kitchen");
      if (room.whistleFails > 0) {
        room.whistleFails--;
        throw new Error("no steam");
      }
      room.whistledAt.push(fx.now);
      fx.count(whistles, { kettle: event.data.kettle });
      await fx.record(event.data.kettle, [whistled({ kettle: event.data.kettle })]);
    }),
    reconcile("kettles.tell", [filled], async (fx) => {
      const room = fx.equipment<Kitchen>("kitchen");
      room.told.push([...fx.view(known)]);
      const position = await fx.record("window", [told({ kettles: fx.view(known).length })]);
      room.because.push(fx.log.at(position)?.cause);
    }),
  ],
});
