import { expect, test } from "bun:test";
import { who } from "./contract.ts";
import { person, world } from "./world.testing.ts";

const dayMs = 86_400_000;
const step = (name: string) => ({ steps: [{ who: [name] }] });

/** Two teams that hand over each day, and a policy for each way in. */
const start = async () => {
  const layers = [{ members: ["ann", "ben"], start: "2025-12-31 00:00", every: "1d" }];
  const people = { ann: person("ann"), ben: person("ben"), cem: person("cem") };
  const policies = { "of-shop": step("team:shop"), "of-wiki": step("cem"), default: step("ann") };
  return await world({
    config: { people, policies },
    onCallConfig: { teams: { shop: { layers } } },
  });
};

test("who would be called for a service, for a team, and where nothing is said", async () => {
  const { castor } = await start();
  await using _ = castor;
  await castor.advance(1_000);
  const called = async (asked: object) => {
    const { receiver, steps } = await castor.ask(who, { severity: "critical", ...asked });
    return [receiver, ...steps.flatMap(({ callees }) => callees.map((each) => each.person))];
  };
  const today = (await called({ service: "shop" }))[1] ?? "";
  expect(["ann", "ben"]).toContain(today);
  expect(await called({ service: "wiki" })).toEqual(["of-wiki", "cem"]);
  expect(await called({ team: "shop" })).toEqual(["of-shop", today]);
  expect(await called({})).toEqual(["default", "ann"]);
  expect(await called({ receiver: "of-wiki", service: "shop" })).toEqual(["of-wiki", "cem"]);
  const tomorrow = await called({ team: "shop", at: castor.clock.now() + dayMs });
  expect(tomorrow).toEqual(["of-shop", today === "ann" ? "ben" : "ann"]);
});
