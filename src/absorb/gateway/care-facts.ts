import type { Effects } from "#kernel";
import { breakerClosed, breakerOpened, instanceEjected, instanceReadmitted } from "./contract.ts";
import type { GatewayFact } from "./data-plane/messages.ts";

type CareFact = Extract<
  GatewayFact,
  { what: "ejected" | "readmitted" | "breaker-opened" | "breaker-closed" }
>;

const factsLookedAtMax = 64;

/** What a worker decided about a service or an instance by itself; what ends names what began. */
export async function rememberCare(id: string, fact: CareFact, fx: Effects): Promise<void> {
  switch (fact.what) {
    case "ejected": {
      const { what: _, ...about } = fact;
      await fx.record(`instances/${fact.instance}`, [instanceEjected(about)], { id });
      return;
    }
    case "readmitted": {
      const { what: _, ...about } = fact;
      const key = `instances/${fact.instance}`;
      const cause = lastOf(instanceEjected.type, { key, worker: fact.worker }, fx);
      await fx.record(key, [instanceReadmitted(about)], { id, ...cause });
      return;
    }
    case "breaker-opened": {
      const { what: _, ...about } = fact;
      await fx.record(`breakers/${fact.service}`, [breakerOpened(about)], { id });
      return;
    }
    case "breaker-closed": {
      const { what: _, ...about } = fact;
      const key = `breakers/${fact.service}`;
      const cause = lastOf(breakerOpened.type, { key, worker: fact.worker }, fx);
      await fx.record(key, [breakerClosed(about)], { id, ...cause });
    }
  }
}

/** Other workers have their own opinion: what led to this one's is its own. */
function lastOf(
  type: string,
  of: { key: string; worker: string },
  fx: Effects,
): { cause?: number } {
  const cause = fx.log
    .read(`gateway/${of.key}`, { backwards: true, limit: factsLookedAtMax })
    .find(({ event }) => {
      const { worker } = event.data as { worker?: string };
      return event.type === type && worker === of.worker;
    })?.position;
  return cause === undefined ? {} : { cause };
}
