import type { GatewayNow, ProbesFailing, Service, ServiceInstance } from "../live/shapes.ts";
import type { Tone } from "../ui/status.tsx";
import { count, share } from "../ui/format.ts";

export type Verdict = { tone: Tone; title: string; says: string };

const ERROR_SHARE_BAD = 0.05;
const ERROR_SHARE_WARN = 0.01;

type Condition = Pick<ServiceInstance, "state" | "health">;
const GONE: readonly string[] = ["exited", "crash-looping"];
const MOVING: readonly string[] = ["placed", "starting", "stopping"];

/** How an instance is doing, whichever of its two words says the worse. */
export function instanceTone({ state, health }: Condition): Tone {
  if (GONE.includes(state) || health === "unhealthy") return "bad";
  if (MOVING.includes(state)) return "warn";
  return health === "healthy" ? "good" : "none";
}

/** The one word for an instance that a person reads first. */
export const instanceWord = ({ state, health }: Condition): string =>
  GONE.includes(state) || MOVING.includes(state) ? state.replaceAll("-", " ") : health;

/** Errors of the servers behind the gateway, as a share of all answers. */
export function errorShare({ statusClasses }: Pick<GatewayNow, "statusClasses">): number {
  const all = Object.values(statusClasses).reduce((sum, each) => sum + each, 0);
  return all === 0 ? 0 : (statusClasses["5xx"] ?? 0) / all;
}

const named = (ids: readonly string[]): string =>
  ids.length <= 2 ? ids.join(" and ") : `${ids.slice(0, 2).join(", ")} and ${ids.length - 2} more`;

/** Instances may be well and nobody reach them: then what people see counts. */
function fromOutside({ failing }: ProbesFailing): Verdict | undefined {
  const [first] = failing;
  if (!first) return undefined;
  const isGrave = failing.some(({ severity }) => severity !== "warning");
  const verb = failing.length === 1 ? "fails" : "fail";
  return {
    tone: isGrave ? "bad" : "warn",
    title: `${named(failing.map(({ probe }) => probe))} ${verb} from outside`,
    says: first.why,
  };
}

/** The first thing to read at 3 a.m.: is it fine, and if not, what is not. */
export function verdict(
  now: Pick<GatewayNow, "statusClasses">,
  services: readonly Service[],
  outside: ProbesFailing = { probes: 0, unknown: 0, failing: [] },
): Verdict {
  const all = services.flatMap((service) => service.instances);
  const ill = all.filter((each) => instanceTone(each) === "bad").map((each) => each.id);
  const errors = errorShare(now);
  const wrong = `${share(errors)} of answers are errors`;
  const healthy = `${count(all.length - ill.length, "instance")} of ${all.length} healthy`;
  const down = services.filter(
    ({ instances }) =>
      instances.length > 0 && instances.every((each) => instanceTone(each) === "bad"),
  );
  if (down.length > 0)
    return {
      tone: "bad",
      title: `${named(down.map(({ id }) => id))} is down`,
      says: `${healthy} · ${wrong}`,
    };
  const unseen = fromOutside(outside);
  if (unseen) return { ...unseen, says: `${unseen.says} · ${healthy}` };
  if (errors >= ERROR_SHARE_BAD)
    return { tone: "bad", title: "Visitors see errors", says: `${wrong} · ${healthy}` };
  if (ill.length > 0) {
    const verb = ill.length === 1 ? "is" : "are";
    return {
      tone: "warn",
      title: `${named(ill)} ${verb} unhealthy`,
      says: `The others carry the traffic: ${wrong}`,
    };
  }
  if (errors >= ERROR_SHARE_WARN)
    return { tone: "warn", title: "Some answers are errors", says: `${wrong} · ${healthy}` };
  if (all.length === 0 && outside.probes === 0)
    return {
      tone: "none",
      title: "No service yet",
      says: "Tell Castor what to stand in front of.",
    };
  const seen = outside.probes === 0 ? "" : ` · ${count(outside.probes, "probe")} from outside`;
  return { tone: "good", title: "All is well", says: `${healthy} · ${wrong}${seen}` };
}
