import type { Approval, Approvals } from "../../src/console/live/shapes.ts";

const minuteMs = 60_000;
const asked = (ago: number, of: Partial<Approval>): Approval => ({
  ...{ approval: `a-${ago}`, verb: "library.drop", kind: "action", allow: "operator" },
  ...{ what: "Every story of a collection.", name: "danluu", needs: 1, approvedBy: [] },
  ...{ by: { kind: "person", id: "p-jo" }, asker: "p-jo", state: "open", endedAt: null },
  ...{ askedAt: Date.now() - ago * minuteMs, expiresAt: Date.now() + (60 - ago) * minuteMs },
  ...of,
});

export const fakeApprovals = (): Approvals => ({
  at: Date.now(),
  approvals: [
    asked(3, {}),
    asked(7, {
      ...{
        verb: "cache.purge",
        name: "https://shop.example/",
        by: { kind: "person", id: "p-ada" },
      },
      ...{
        what: "Every stored page of a whole host: all of the crowd reaches the origin at once.",
      },
      asker: "p-ada",
    }),
    asked(11, {
      ...{ verb: "people.remove", name: "remove a person", allow: "admin", needs: 2, asker: null },
      ...{ what: "Somebody's account with its sessions, devices and tokens." },
      by: { kind: "system", id: "local", name: "command line" },
      approvedBy: [{ person: "p-sam", via: "session", at: Date.now() }],
    }),
    asked(1_500, {
      ...{ verb: "freeze.drop", name: "shop", state: "refused", refusedBy: "p-ada" },
      why: "these are orders",
    }),
    asked(4_300, {
      ...{ verb: "live.erase", name: "final", state: "done" },
      approvedBy: [{ person: "p-ada", via: "link", at: Date.now() }],
    }),
  ],
});

/** What the fake Castor says was asked for exactly. */
export const fakeInput = (approval: string): { verb: string; input: Record<string, unknown> } =>
  approval === "a-7"
    ? { verb: "cache.purge", input: { prefix: "https://shop.example/" } }
    : { verb: "library.drop", input: { source: "danluu" } };
