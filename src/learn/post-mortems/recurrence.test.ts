import { expect, test } from "bun:test";
import { groupOpened, type GroupTold } from "../../respond/alerts/contract.ts";
import { recurred } from "./contract.ts";
import { night } from "./world.testing.ts";

const group = (group: string, since: number): GroupTold => ({
  ...{ group, key: '{service="shop"}', receiver: "page", severity: "critical" },
  ...{ title: "The shop is down", labels: {}, annotations: {}, service: "shop", firing: 1 },
  ...{ resolved: 0, since, impact: [], alerts: [], why: "new", quiet: false },
});

const publish = async (run: (verb: string, input: object) => Promise<unknown>): Promise<void> => {
  for (const to of ["in-review", "reviewed", "published"])
    await run("move", { postMortem: "pm-1", to });
};

test("when the same sign comes again, the old post-mortem is open again and says what was never done", async () => {
  const { castor, run, as, incident, whole } = await night();
  await using _ = castor;
  const sign = async (id: string): Promise<void> => {
    await as("said").record(`groups/${id}`, [groupOpened(group(id, castor.clock.now()))]);
    await castor.advance(200);
  };
  await sign("g1");
  await incident("declared");
  await run("add-action", { postMortem: "pm-1", says: "Ask before dropping", kind: "prevent" });
  await run("add-action", { postMortem: "pm-1", says: "Tell of a full disk", kind: "detect" });
  await run("finish-action", { postMortem: "pm-1", action: "a1" });
  await publish(run);
  await sign("another-group-with-the-same-key");
  expect(await whole()).toMatchObject({
    state: "draft",
    recurrences: [{ incident: "inc-2", undone: [{ action: "a2", says: "Tell of a full disk" }] }],
  });
  const told = castor.facts().find(({ event }) => event.type === "post-mortems.recurred");
  expect(recurred.says(told?.event.data as never)).toBe(
    "inc-2 is pm-1 again: action 2 was never done",
  );
});

test("the same cause in the same service opens it again too, another service does not", async () => {
  const { castor, run, incident, whole } = await night();
  await using _ = castor;
  await incident();
  await run("name-cause", { postMortem: "pm-1", cause: "capacity" });
  await publish(run);
  await incident({ services: ["blog"] });
  await run("name-cause", { postMortem: "pm-2", cause: "capacity" });
  expect((await whole()).state).toBe("published");
  await incident();
  await run("name-cause", { postMortem: "pm-3", cause: "capacity" });
  expect(await whole()).toMatchObject({ state: "draft", recurrences: [{ incident: "inc-3" }] });
});
