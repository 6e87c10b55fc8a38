import { expect, test } from "bun:test";
import * as z from "zod";
import { Duration } from "../contract.ts";
import { type Wrong, wrongInput } from "./wrong-input.ts";

const Input = z
  .object({
    show: z.string().regex(/^[a-z]+$/, "Small letters only"),
    for: Duration.prefault("1m"),
    count: z.number().int().min(1).max(500).default(1),
    severity: z.enum(["high", "low"]).optional(),
    people: z
      .array(z.object({ name: z.string().min(1).max(3), mail: z.email() }))
      .max(2)
      .optional(),
    by: z.record(z.string().max(2), z.boolean()).optional(),
    at: z.union([z.literal("now"), z.object({ hour: z.number() }).strict()]).optional(),
    pin: z.string().regex(/^\d+$/).optional(),
    even: z
      .number()
      .refine((n) => n % 2 === 0)
      .optional(),
  })
  .strict();

function told(input: unknown): Record<string, string> {
  const { error } = Input.safeParse(input);
  if (!error) return {};
  const { errors } = wrongInput(Input, input, error).more as { errors: Wrong[] };
  return Object.fromEntries(errors.map(({ path, message }) => [path, message]));
}

test("wrong input is told by field, in words for people, all at once", () => {
  expect(told({ show: "a" })).toEqual({});
  expect(told({ show: "A", even: 3 })).toEqual({
    show: "Small letters only",
    even: "Expected a number",
  });
  expect(told({ for: 5, count: "many", severity: "lw", pin: "secret" })).toEqual({
    show: "Missing: expected text",
    for: "Expected a duration with its unit, not a number",
    count: "Expected a whole number from 1 to 500, not text",
    severity: "Expected high or low",
    pin: "Expected another form of text",
  });
  const person = { name: "", mail: "ana" };
  expect(told({ show: "a", count: 501, people: [person, { name: "Anna" }], more: 1 })).toEqual({
    count: "Expected a whole number from 1 to 500",
    "people.0.name": "Must not be empty",
    "people.0.mail": "Expected an e-mail address",
    "people.1.name": "Expected at most 3 characters",
    "people.1.mail": "Missing: expected an e-mail address",
    more: "Not known here: there is show, for, count, severity, people, by, at, pin and even",
  });
  const people = Array.from({ length: 3 }, () => ({ name: "a", mail: "a@b.example" }));
  expect(told({ show: "a", people, by: { long: true }, at: { hour: "x" } })).toEqual({
    people: "Expected at most 2 values",
    "by.long": "Expected at most 2 characters",
    "at.hour": "Expected a number, not text",
  });
  expect(told([])).toEqual({
    "": "Expected the keys show, for, count, severity, people, by, at, pin and even, not a list",
  });
  expect(told({ show: "a", at: 5 }).at).toContain("Expected");
});

test("what was sent is not repeated: it may be a secret", () => {
  const said = Object.values(told({ show: "Hunter2", pin: "hunter2", at: "hunter2" })).join();
  expect(said).not.toMatch(/hunter2/i);
});
