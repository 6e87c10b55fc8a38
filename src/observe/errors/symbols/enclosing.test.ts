import { expect, test } from "bun:test";
import { enclosingFunction } from "./enclosing.ts";

/** The place is marked with `¦`. */
const within = (source: string): string | undefined =>
  enclosingFunction(source.replace("¦", ""), source.indexOf("¦"));

test("a place has the name of the function it is in, as its source has it", () => {
  for (const [source, name] of [
    [
      "function cartTotal(lines: Line[]): number {\n for (const l of lines) { total += ¦of(l); } }",
      "cartTotal",
    ],
    ["const centsOf = (line: Line): number => line.price!.¦cents;", "centsOf"],
    [
      "export const pay = async ({ id, sku }: Order) => {\n  if (id) {\n    ¦charge(id);\n  }\n};",
      "pay",
    ],
    ["class Basket {\n  async pay(now = () => 1): Promise<void> {\n    ¦x();\n  }\n}", "pay"],
    ["class Basket {\n  #sum(a: number) { return ¦a.b; }\n}", "#sum"],
    ["const f = function (a) { ¦a(); };", "f"],
    ["const o = { handler: (e) => { ¦e(); } };", "handler"],
    ["Basket.prototype.pay = function () { ¦x(); };", "pay"],
    ["function* walk(a) {\n  const o = { a: 1 };\n  try { ¦x(); } catch {}\n}", "walk"],
    ["function get<T extends object>(a: T): T | undefined { return ¦a; }", "get"],
    ["function outer() { items.map((each) => each.¦price); }", undefined],
    ["function outer() { run(function () { ¦x(); }); }", undefined],
    ["document.addEventListener('click', () => {\n  ¦x();\n});", undefined],
    ["const a = 1;\n¦a();", undefined],
    ["const f = (a) => a.b; ¦g();", undefined],
    ["", undefined],
  ] as const)
    expect([source, within(source)]).toEqual([source, name]);
});
