import { type Actor, type Event, isRefusal, problem } from "../contract.ts";
import { type Ack, type Position, WrongVersion } from "../log/log.ts";
import type { Command, Decision } from "../manifest/decisions.ts";
import type { Clock } from "../clock/clock.ts";
import { appendSurely } from "./append.ts";
import type { Facts } from "./facts.ts";
import type { Pass } from "./gate.ts";
import { Turns } from "./turns.ts";
import { wrongInput } from "./wrong-input.ts";

export const conflicted = problem("castor.conflict", 409, "Others changed this at the same time");

const attemptsMax = 8;
const cachedStreamsMax = 10_000;

export type Ran = { decision: Decision; ack?: Ack };
export type RunCommand = (
  command: Command,
  input: unknown,
  of: {
    owner: string;
    config: unknown;
    by: Actor;
    cause?: Position;
    id?: string;
    pass?: Pass;
    /** Decides and records nothing: what would happen now. */
    dryRun?: boolean;
  },
) => Promise<Ran>;

/** Runs commands: folds the stream, decides, appends with the version it decided on; again on conflict. */
export function commandRunner(of: { facts: Facts; clock: Clock }): RunCommand {
  const { facts, clock } = of;
  const stateOf = streamStates(facts);
  const turns = new Turns();
  return async (command, input, how) => {
    const parsed = command.input.safeParse(input);
    if (!parsed.success) return { decision: wrongInput(command.input, input, parsed.error) };
    const stream = `${how.owner}/${command.key(parsed.data)}`;
    const id = how.id ?? clock.id();
    // Many who decide about one thing at once take turns here, where they are one process; else most would lose every race.
    return await turns.take(stream, async () => {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const { state, version } = stateOf(command, stream);
        const decision = command.decide(parsed.data, state, {
          now: clock.now(),
          actor: how.by,
          config: how.config,
          id: () => clock.id(),
        });
        if (isRefusal(decision) || decision.length === 0 || how.dryRun === true)
          return { decision };
        try {
          const ack = await appendSurely(of, envelope(decision, { stream, version, id, ...how }));
          return { decision, ack };
        } catch (error) {
          if (!(error instanceof WrongVersion)) throw error;
        }
      }
      return { decision: conflicted(`${command.name} lost ${attemptsMax} races; try again.`) };
    });
  };
}

function envelope(
  events: readonly Event[],
  of: { stream: string; version: number; id: string; by: Actor; cause?: Position },
) {
  return {
    id: of.id,
    by: of.by,
    ...(of.cause === undefined ? {} : { cause: of.cause }),
    expect: { [of.stream]: of.version },
    events: events.map((event) => ({ ...event, stream: event.stream ?? of.stream })),
  };
}

type Known = { state: unknown; version: number };

function streamStates(facts: Facts) {
  const cache = new Map<unknown, Map<string, Known>>();
  return (command: Command, stream: string): Known => {
    const streams = cache.get(command.model) ?? new Map<string, Known>();
    cache.set(command.model, streams);
    let known = streams.get(stream) ?? { state: command.model.initial, version: 0 };
    for (const recorded of facts.read(stream, { from: known.version + 1 }))
      known = {
        state: command.model.evolve(known.state, recorded.event),
        version: recorded.version,
      };
    streams.delete(stream); // Re-inserting keeps the map in order of use, so the first key is the oldest.
    streams.set(stream, known);
    const oldest = streams.keys().next();
    if (streams.size > cachedStreamsMax && !oldest.done) streams.delete(oldest.value);
    return known;
  };
}
