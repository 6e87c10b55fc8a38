import { expect, test } from "bun:test";
import { readEvent } from "../event/read-event.ts";
import { inAnyEngine } from "./engines.ts";
import { type Grouping, groupOf } from "./group.ts";

/** V8, JavaScriptCore and, where it says as much, SpiderMonkey; as Node 20, Bun 1.4 and Firefox say it. */
const mistakes = [
  [
    "Cannot read properties of undefined (reading 'cents')",
    "undefined is not an object (evaluating '{ id }.price.cents')",
    'can\'t access property "cents", booking.price is undefined',
    "Cannot read property 'cents' of undefined",
  ],
  [
    "Cannot set properties of null (setting 'open')",
    "null is not an object (evaluating 'this.shop.open = 1')",
  ],
  [
    "shop.pay is not a function",
    "shop.pay is not a function. (In 'shop.pay()', 'shop.pay' is undefined)",
  ],
  [
    "shop.Cart is not a constructor",
    "undefined is not a constructor (evaluating 'new shop.Cart(7)')",
  ],
  ["price is not defined", "Can't find variable: price"],
  ["Maximum call stack size exceeded", "Maximum call stack size exceeded.", "too much recursion"],
  ["o.a is not iterable", "undefined is not an object (evaluating 'x of o.a')"],
  [
    '"<!doctype "... is not valid JSON',
    `Unexpected token '<', "<html>" is not valid JSON`,
    "Unexpected token < in JSON at position 0",
    "Unexpected end of JSON input",
    "JSON Parse error: Unrecognized token '<'",
    "JSON.parse: unexpected character at line 1 column 1 of the JSON data",
  ],
  [
    "Object captured as exception with keys: code, status",
    "Non-Error exception captured with keys: code, status",
  ],
  [
    "Failed to fetch",
    "Failed to fetch (api.shop.example)",
    "Load failed",
    "ECONNREFUSED: Unable to connect. Is the computer able to access the url?",
    "NetworkError when attempting to fetch resource.",
  ],
];

test("a mistake is called the same in every JavaScript engine, and two mistakes are not", () => {
  const told = mistakes.map((each) => new Set(each.map((value) => inAnyEngine(value, "node"))));
  expect(told.map((each) => [...each].length)).toEqual(told.map(() => 1));
  expect(new Set(told.flatMap((each) => [...each])).size).toBe(mistakes.length);
  const of = (value: string): string => inAnyEngine(value, "javascript");
  expect(of("Cannot read properties of null (reading 'cents')")).not.toBe(
    of("Cannot read properties of undefined (reading 'cents')"),
  );
  expect(of("Cannot read properties of undefined (reading 'price') for booking 8")).toBe(
    "no price of undefined for booking 8",
  );
});

test("what a person wrote, and what other languages say, stays as it is", () => {
  for (const value of ["no price", "", "The cart is not open", "Expected 3 items, got JSON"])
    expect(inAnyEngine(value, "node")).toBe(value);
  expect(inAnyEngine("'NoneType' object is not iterable", "python")).toContain("NoneType");
});

const thrown = (value: string, at: Record<string, unknown>[]): Grouping =>
  groupOf(
    readEvent({
      platform: "node",
      exception: {
        values: [
          {
            type: "Error",
            value,
            stacktrace: {
              frames: at.map((each) => ({ filename: "/srv/app/shop.js", in_app: true, ...each })),
            },
          },
        ],
      },
    }),
  );

test("two ways in which one function fails are two errors, and what is thrown at one line is one", () => {
  const main = { function: "main", context_line: "check(cart)", lineno: 9 };
  const check = (line: string): object => ({ function: "check", context_line: line, lineno: 3 });
  const price = thrown("no price", [main, { ...check('throw new Error("no price")') }]);
  const currency = thrown("no currency", [main, { ...check('throw new Error("no currency")') }]);
  expect([price.exact === currency.exact, price.near === currency.near]).toEqual([false, false]);
  const line = "throw new Error(`${name} is not welcome`)";
  const [anna, bob] = ["Anna", "Bob"].map((name) =>
    thrown(`${name} is not welcome`, [main, { ...check(line) }]),
  );
  expect(anna?.exact).toBe(bob?.exact ?? "");
  const elsewhere = { ...main, context_line: "check(second)", lineno: 11 };
  expect(thrown("Carl is not welcome", [elsewhere, { ...check(line) }]).exact).toBe(
    bob?.exact ?? "",
  );
});

test("whoever throws for others does not make one error of theirs", () => {
  const fail = { function: "fail", context_line: "throw new Error(why)", lineno: 1 };
  const of = (why: string): Grouping =>
    thrown(why, [{ function: "pay", context_line: `fail("${why}")`, lineno: 4 }, fail]);
  expect(of("no card").exact).not.toBe(of("no money").exact);
});

test("what is no error is known by itself, as its stack is where the SDK was told", () => {
  const of = (value: string): string =>
    groupOf(
      readEvent({
        platform: "node",
        exception: {
          values: [
            {
              ...{ type: "Error", value, mechanism: { type: "generic", synthetic: true } },
              stacktrace: { frames: [{ function: "go", filename: "/srv/app/shop.js", lineno: 2 }] },
            },
          ],
        },
      }),
    ).exact;
  expect(of("a string")).not.toBe(of("Object captured as exception with keys: code"));
});

test("without the source, the line tells; and a new build leads to its issue by what the error says", () => {
  const at = (lineno: number): Grouping => thrown("no price", [{ function: "check", lineno }]);
  expect(at(3).exact).not.toBe(at(4).exact);
  expect(at(3).near).toBe(at(4).near);
});
