import { type Api, Unreachable } from "../api.ts";
import { type Fact, factLine, type Facts } from "../facts.ts";
import { liveRegion } from "../live-region.ts";
import type { Now } from "../now.ts";
import { panelLines } from "../panel.ts";
import type { Terminal } from "../terminal.ts";

const factsKept = 20;
const againMs = 1000;

type Shown = { now?: Now; facts: Fact[]; note?: string };

/** How a started Castor is shown: a live panel for a person, a line for each fact otherwise. */
export type View = {
  print(line: string): void;
  show(shown: Shown): void;
  end(): void;
  /** Facts are lines; traffic has a place only in a picture. */
  showsTraffic: boolean;
};

export function panelView(terminal: Terminal): View {
  const region = liveRegion(terminal);
  return {
    print: (line) => region.print(line),
    show: ({ now, facts, note }) =>
      region.draw(
        panelLines(
          { now, facts, ends: "stops everything here", ...(note === undefined ? {} : { note }) },
          terminal,
        ),
      ),
    end: () => region.end(),
    showsTraffic: true,
  };
}

export function lineView(terminal: Terminal): View {
  let last = 0;
  return {
    print: (line) => terminal.out(`${line}\n`),
    show: ({ facts }) => {
      for (const fact of facts)
        if (fact.position > last) terminal.out(`${factLine(fact, terminal, fact.at)}\n`);
      last = Math.max(last, ...facts.map((fact) => fact.position));
    },
    end: () => undefined,
    showsTraffic: false,
  };
}

/** Keeps the view true until the signal: it survives control dying and coming back. */
export async function followLive(control: Api, view: View, signal: AbortSignal): Promise<void> {
  const shown: Shown = { facts: [] };
  const update = (more: Partial<Shown>): void => {
    if (more.now) delete shown.note;
    view.show(Object.assign(shown, more));
  };
  const traffic = async (): Promise<void> => {
    const { Now } = await import("../now.ts");
    for await (const { data } of control.follow("gateway.now", {}, signal))
      update({ now: Now.parse(JSON.parse(data)) });
  };
  const facts = async (): Promise<void> => {
    for await (const { data } of control.follow("log.search", { limit: factsKept }, signal))
      update({ facts: (JSON.parse(data) as Facts).events.toReversed() });
  };
  const forever = async (once: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await once().catch((error: unknown) => {
        if (signal.aborted || error instanceof Unreachable) return;
        update({ note: error instanceof Error ? error.message : String(error) });
      });
      if (!signal.aborted) await Bun.sleep(againMs);
    }
  };
  await Promise.all([...(view.showsTraffic ? [forever(traffic)] : []), forever(facts)]);
}
