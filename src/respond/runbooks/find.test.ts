import { expect, test } from "bun:test";
import { isLike, matches } from "./find.ts";
import { readRunbook } from "./parse/read.ts";

const runbook = (name: string, text: string) => readRunbook(text, { runbook: name, file: name });
const shelf = [
  runbook("checkout", "---\nservices: shop\nalerts: Checkout*\n---\n# Nobody can pay\n"),
  runbook("payments", "---\nlabels: { team: payments, zone: eu-* }\n---\n# The bank is away\n"),
  runbook("shop", "---\nservices: shop\n---\n# The shop is slow\n"),
  runbook("disk", "# Disk full\n\n- [ ] Find which folder grew\n"),
  runbook("certificates", "# A certificate expired\n\n- [ ] Renew it\n"),
];
const nothing = { services: [], alerts: [], labels: {}, text: "" };
const found = (of: object) =>
  matches(shelf, { ...nothing, ...of }).map(({ runbook: { runbook: name }, why }) => [name, why]);

test("by alert first, then by labels, then by service, and last by likeness", () => {
  expect(
    found({
      ...{ services: ["shop"], alerts: ["CheckoutFails"], text: "the disk is full" },
      labels: { team: "payments", zone: "eu-3" },
    }),
  ).toEqual([
    ["checkout", "alert"],
    ["payments", "labels"],
    ["shop", "service"],
    ["disk", "words"],
  ]);
});

test("labels must all be there, and a name is matched whole", () => {
  expect(found({ labels: { team: "payments" } })).toEqual([]);
  expect(found({ labels: { team: "payments", zone: "us-1" } })).toEqual([]);
  expect(found({ alerts: ["MyCheckoutFails"] })).toEqual([]);
  expect(found({ services: ["shop2"] })).toEqual([]);
});

test("likeness takes words that tell something, in singular or plural", () => {
  expect(found({ text: "two certificates expire" })[0]).toEqual(["certificates", "words"]);
  expect(found({ text: "the service has an error" })).toEqual([]);
  expect(found({})).toEqual([]);
});

test("a pattern is plain text with stars", () => {
  expect(isLike("a.c", "abc")).toBe(false);
  expect(isLike("*", "")).toBe(true);
  expect(isLike("a*b*c", "axxbyyc")).toBe(true);
  expect(isLike("a*ab", "ab")).toBe(false);
  expect(isLike("*a".repeat(30), "a".repeat(2_000))).toBe(true);
});
