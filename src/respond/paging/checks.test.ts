import { expect, test } from "bun:test";
import { checkPaging } from "./checks.ts";
import { Config } from "./config.ts";
import { person } from "./world.testing.ts";

const mistakes = (paging: object, teams: object = {}): string[] =>
  checkPaging({ paging: Config.parse(paging), "on-call": { teams } }).map(({ what }) => what);
const of = (...channels: object[]): object => ({ people: { ann: { channels } } });

test("a policy that names nobody is found, and one that names people, teams or everyone is not", () => {
  const policies = (...who: string[]): object => ({
    people: { ann: person("ann") },
    policies: { default: { steps: [{ who }] } },
  });
  const teams = { shop: { layers: [{ members: ["ann"] }] } };
  expect(mistakes(policies("ann", "team:shop", "on-call", "everyone"), teams)).toEqual([]);
  expect(mistakes(policies("eve", "team:blog"), teams)).toEqual([
    "there is no person eve",
    "there is no team blog",
  ]);
});

test("who is on call and cannot be paged is found, where anybody can be", () => {
  const teams = { shop: { layers: [{ members: ["ann", "ben"] }] } };
  expect(mistakes({ people: { ann: person("ann") } }, teams)).toEqual([
    "ben is on call but cannot be paged",
  ]);
  expect(mistakes({}, teams)).toEqual([]);
});

test("channels that cannot work as they are written are found", () => {
  const slack = { kind: "slack", to: "U012AB3CD" };
  expect(mistakes(of(slack))).toEqual(["there is no bot to write to slack"]);
  expect(mistakes({ ...of(slack), slack: { token: "xoxb-something" } })).toEqual([]);
  expect(mistakes(of({ kind: "discord" }))).toEqual(["this leads nowhere"]);
  expect(mistakes(of({ kind: "telegram", to: "12345" }))).toEqual([
    "there is no bot to write to telegram",
  ]);
  expect(mistakes(of({ kind: "sms", provider: "texts", to: "+33612345678" }))).toEqual([
    "there is no provider texts",
  ]);
  const push = { kind: "push" };
  expect(mistakes(of(push, push))).toEqual(['ann has two channels "push"']);
  expect(mistakes({ ...of(push), fallback: "siren" })).toEqual(["there is no person siren"]);
});
