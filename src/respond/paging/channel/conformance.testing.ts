import { describe, expect, test } from "bun:test";
import type { Channel } from "./channel.ts";
import { farSide, type FarSide, type Mood, reachFor, type Taken } from "./far-side.testing.ts";
import type { Message } from "./message.ts";

/** A message as it goes to somebody at night. */
export const aMessage = (of: Partial<Message> = {}): Message => ({
  id: "0198c2f0-1111-7000-8000-000000000001.1.ann.phone",
  kind: "call",
  thread: "0198c2f0-1111-7000-8000-000000000001",
  page: "0198c2f0-1111-7000-8000-000000000001",
  person: "ann",
  title: "Checkout answers with errors",
  lines: ["shop, since 02:10 UTC", "3 alerts fire", "Changed just before: shop 2.4.1 was deployed"],
  severity: "critical",
  state: "triggered",
  at: Date.UTC(2026, 0, 1),
  isQuiet: false,
  isMaybeDuplicate: false,
  url: "https://castor.example/in/page/token",
  buttons: [
    { deed: "acknowledge", label: "Acknowledge", url: "https://castor.example/in/page/ack-token" },
    { deed: "escalate", label: "Escalate", url: "https://castor.example/in/page/escalate-token" },
    { deed: "silence", label: "Silence 1h", url: "https://castor.example/in/page/silence-token" },
  ],
  first: undefined,
  ...of,
});

/** Longer than anything allows, with what steers terminals, mentions everybody and ends markup. */
const monstrous = `@everyone <!channel> </b> \u202e\u0007 *_~\`> ${"🦫".repeat(9_000)}`;
const monster = aMessage({
  title: monstrous,
  lines: Array.from({ length: 60 }, () => monstrous),
  isMaybeDuplicate: true,
});

export type Subject<C> = {
  channel: Channel<C>;
  /** Answers as the real far side does, limits and all. */
  look(taken: Taken): Response;
  /** Where a person is, and what is configured, given where the far side listens. */
  to(url: string): C;
  config?(url: string): object;
  /** What stands in the configuration and must never be told. */
  secrets: readonly string[];
  /** What a person reads of what was taken. */
  readsAs?(taken: Taken): string;
};

const passing: [string, Mood][] = [
  ["500", { status: 500 }],
  ["503 without an end", { status: 503 }],
  ["429 without a time", { status: 429 }],
];
const staying: [string, Mood][] = [
  ["400", { status: 400, body: "no such field" }],
  ["401", { status: 401 }],
  ["403", { status: 403 }],
  ["404", { status: 404 }],
];

/** What every channel over HTTP promises, whatever the far side does. */
export function channelConformance<C>(of: Subject<C>): void {
  const { channel, secrets } = of;
  const begin = () => {
    const far = farSide((taken) => of.look(taken));
    const reach = reachFor(of.config?.(far.url));
    const send = (message: Message) => channel.send(message, of.to(far.url), reach);
    return { far, reach, send };
  };
  const read = (far: FarSide): string => {
    const [last] = far.taken.slice(-1);
    return last ? (of.readsAs?.(last) ?? last.body) : "";
  };

  describe(channel.kind, () => {
    test("a call arrives with what it is about", async () => {
      const { far, send } = begin();
      await using _ = far;
      expect(await send(aMessage())).toMatchObject({ accepted: true });
      expect(read(far)).toContain("Checkout answers with errors");
    });

    test("it says when it may have been sent before, and when it is over", async () => {
      const { far, send } = begin();
      await using _ = far;
      await send(aMessage({ isMaybeDuplicate: true }));
      expect(read(far)).toContain("maybe sent before");
      const over = aMessage({ kind: "update", state: "resolved", isQuiet: true, buttons: [] });
      expect(await send(over)).toMatchObject({ accepted: true });
      expect(read(far)).toContain("RESOLVED");
    });

    test("what is too long or hostile is cut to what the far side takes", async () => {
      const { far, send } = begin();
      await using _ = far;
      expect(await send(monster)).toMatchObject({ accepted: true });
      expect(far.taken).toHaveLength(1);
      expect(read(far)).not.toMatch(/[\u202e\u0007]/);
    });

    test("failures that may pass are told from those that stay, and none tells a secret", async () => {
      const { far, send } = begin();
      await using _ = far;
      for (const [moods, isFinal] of [
        [passing, false],
        [staying, true],
      ] as const)
        for (const [, mood] of moods) {
          far.mood = mood;
          const outcome = await send(aMessage());
          expect(outcome).toMatchObject({ accepted: false, isFinal });
          for (const secret of secrets) expect(JSON.stringify(outcome)).not.toContain(secret);
        }
    });

    test("when the far side says how long to wait, that is heard", async () => {
      const { far, send } = begin();
      await using _ = far;
      far.mood = { status: 429, headers: { "retry-after": "7" } };
      expect(await send(aMessage())).toMatchObject({ isFinal: false, retryAfterMs: 7_000 });
    });

    test("a far side that hangs, is away or sends elsewhere has failed", async () => {
      const { far, reach, send } = begin();
      const elsewhere = farSide(() => new Response("ok"));
      await using _ = elsewhere;
      far.mood = { status: 307, headers: { location: elsewhere.url } };
      expect(await send(aMessage())).toMatchObject({ accepted: false });
      expect(elsewhere.asked).toHaveLength(0);
      far.mood = "hangs";
      reach.patience = "none";
      const late = { accepted: false, isFinal: false, mayHaveArrived: true };
      expect(await send(aMessage())).toMatchObject(late);
      reach.patience = "real";
      await far[Symbol.asyncDispose]();
      const outcome = await send(aMessage());
      expect(outcome).toMatchObject({ accepted: false, isFinal: false, mayHaveArrived: false });
      for (const secret of secrets) expect(JSON.stringify(outcome)).not.toContain(secret);
    });
  });
}
