import { spec } from "#kernel/testing";
import { expect, test } from "bun:test";
import { allow, forbid, force, release } from "./commands.ts";
import { checkSurge, Config } from "./config.ts";
import { endOutOfRange, forbidden, forced, released, stepForbidden } from "./contract.ts";
import { ladder } from "./ladder.ts";

const minute = 60_000;
const given = spec(ladder, Config, 1_000);
const asked = { service: "shop", step: "freeze" as const, for: 10 * minute, reason: "front page" };

test("the operator's word has an end within a day, and a forbidden step has to be allowed first", () => {
  const { service, step, reason } = asked;
  given()
    .when(force, asked)
    .emits(forced({ service, step, at: 1_000, endsAt: 601_000, reason }));
  given()
    .when(force, { ...asked, for: 25 * 60 * minute })
    .refuses(endOutOfRange);
  given()
    .when(forbid, { ...asked, for: 0 })
    .refuses(endOutOfRange);
  const ban = forbidden({ service, at: 0, step, endsAt: 9_000, reason, inForce: false });
  given(ban).when(force, asked).refuses(stepForbidden);
  const off = Config.transform((known) => {
    const { steps } = known;
    return { ...known, steps: { ...steps, freeze: { ...steps.freeze, use: "off" as const } } };
  });
  spec(ladder, off, 1_000)().when(force, asked).refuses(stepForbidden);
  given(ban)
    .when(allow, { service, step })
    .emits({ type: "surge.allowed", data: { service, at: 1_000, step, why: "asked" } });
  given().when(allow, { service, step }).changesNothing();
  given().when(release, { service }).changesNothing();
  given(forced({ service, at: 0, step, endsAt: 9_000, reason }))
    .when(release, { service })
    .emits(released({ service, at: 1_000, why: "asked" }));
});

test("a window longer than a step, and services that are not there, are mistakes in the file", () => {
  const mistakes = (over: object) =>
    checkSurge({ surge: Config.parse(over), catalog: { services: { shop: {} } } });
  expect(mistakes({})).toEqual([]);
  expect(mistakes({ stay: "5s" }).map(({ path }) => path.join("."))).toEqual(["surge.stay"]);
  expect(mistakes({ except: ["ship"] })[0]?.fix).toContain("shop");
  expect(Config.safeParse({ pressure: { errors: { up: 0.1, down: 0.2 } } }).success).toBe(false);
});
