import { expect, test } from "bun:test";
import { lint } from "./lint.ts";
import type { RuleName } from "./lint-rules.ts";

const found: readonly [text: string, rule: RuleName, part: string][] = [
  ["The alert should have fired earlier.", "counterfactual", "should have"],
  ["We shouldn't have merged it.", "counterfactual", "shouldn't have"],
  ["Had she checked the graph, …", "counterfactual", "Had she checked"],
  ["It was human error.", "human-error", "human error"],
  ["A manual mistake in the console.", "human-error", "manual mistake"],
  ["The on-call engineer failed to look.", "omission", "The on-call engineer failed to"],
  ["Somebody forgot to renew it.", "omission", "Somebody forgot to"],
  ["A careless change.", "judgement", "careless"],
  ["That was the vendor's fault.", "blame", "vendor's fault"],
  ["In hindsight the sign was there.", "hindsight", "In hindsight"],
  ["The root cause was a full disk.", "single-cause", "The root cause"],
  ["We asked who deployed it.", "who", "who deployed"],
  ["They did not follow the runbook.", "rule-broken", "did not follow the runbook"],
  ["Everybody has to be more careful.", "try-harder", "be more careful"],
  ["L’équipe aurait dû vérifier.", "counterfactual", "aurait dû"],
  ["Il aurait fallu attendre.", "counterfactual", "Il aurait fallu"],
  ["C'est une erreur humaine.", "human-error", "erreur humaine"],
  ["Il a oublié de renouveler le certificat.", "omission", "a oublié de renouveler"],
  ["Un déploiement bâclé.", "judgement", "bâclé"],
  ["C’est la faute de l’hébergeur.", "blame", "C’est la faute de"],
  ["Avec le recul, le signe était là.", "hindsight", "Avec le recul"],
  ["La cause racine est le disque.", "single-cause", "cause racine"],
  ["On a cherché qui a déployé.", "who", "qui a déployé"],
  ["On n’a pas suivi la procédure.", "rule-broken", "n’a pas suivi la procédure"],
  ["Il faut faire plus attention.", "try-harder", "faire plus attention"],
];
test.each(found)("%s", (text, rule, part) => {
  expect(lint(text).map((each) => [each.rule, each.text])).toEqual([[rule, part]]);
  const [first] = lint(text);
  expect(first?.why.length).toBeGreaterThan(20);
  expect(first?.instead.length).toBeGreaterThan(20);
});

const innocent = [
  "The build failed to start because the registry was away.",
  "The request failed to reach the origin; the page fault rate rose.",
  "`should have` is a string in the code, and ```\nhuman error\n``` too.",
  "> A quoted alert: you should have paid",
  "The pool had 20 connections, and 40 clients asked for one.",
  "Le disque était plein et le service a redémarré.",
  "Le cache a été purgé, ce qui a permis de répondre.",
  "See https://example.org/human error-page",
];
test.each(innocent)("nothing is found in: %s", (text) => {
  expect(lint(text)).toEqual([]);
});

test("people are named by their role, also where only one of their names is written", () => {
  const names = ["Ada Moreau", "Will Grace", "Łucja Nowak"];
  const text =
    "Ada rolled back. Will it hold? Will Grace and @Łucja watched; Moreau's shift ended.";
  expect(lint(text, names).map(({ text: part, rule }) => `${rule}: ${part}`)).toEqual([
    "name: Ada",
    "name: Will Grace",
    "name: @Łucja",
    "name: Moreau",
  ]);
});

test("a finding says where it is, by line and column", () => {
  const [first] = lint("One line.\nThe team should have known.");
  expect(first).toMatchObject({ line: 2, column: 10, from: 19, to: 30 });
});

test.each(["a-", "](", "`", "the a-b ", "had she ", "https://"])(
  "a text of nothing but %s takes no longer than its length",
  (part) => {
    // A pattern that looks back and forth would need minutes for this one.
    expect(lint(part.repeat(300_000 / part.length))).toEqual([]);
  },
);

test("a long text of nothing but findings is read quickly and told in part", () => {
  expect(lint("should have ".repeat(2_000))).toHaveLength(200);
});
