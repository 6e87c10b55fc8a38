import { describe, expect, test } from "bun:test";
import { groupOf } from "../group/group.ts";
import { functionName } from "./function-name.ts";
import { modernise } from "./legacy.ts";
import { readEvent } from "./read-event.ts";

type Sent = Record<string, unknown>;
const thrown = (platform: string, frames: Sent[], more: Sent = {}): Sent => ({
  platform,
  exception: { values: [{ type: "Crash", value: "it broke", stacktrace: { frames } }] },
  ...more,
});
const nearOf = (sent: Sent): string => groupOf(readEvent(sent)).near;
const titleOf = (sent: Sent): string => readEvent(sent).title.type;

describe("a message", () => {
  test("reads with what its SDK left to be put in, and is grouped without it", () => {
    const cases: [message: string, params: unknown, reads: string][] = [
      ["Shop %s has %d carts", ["Nord", 3], "Shop Nord has 3 carts"],
      ["Shop %(shop)s: 100%%", { shop: "Nord" }, "Shop Nord: 100%"],
      ["Shop {shop} at {0}", { shop: "Nord" }, "Shop Nord at {0}"],
      ["{} of {}", [1, [2]], "1 of [2]"],
      ["{1} then {0}", ["a", "b"], "b then a"],
      ["Only %s", [], "Only %s"],
    ];
    for (const [message, params, reads] of cases)
      expect(titleOf({ logentry: { message, params } })).toBe(reads);
    const [a, b] = ["Nord", "Süd"].map((shop) =>
      nearOf({ logentry: { message: "Shop %s is gone", params: [shop] } }),
    );
    expect(a).toBe(b as string);
  });
  test("has the level that its logger knows", () => {
    const levelOf = (level: unknown): string => readEvent({ message: "m", level }).level;
    expect(["critical", "WARN", "log", 40, "nonsense", null].map(levelOf)).toEqual([
      ...["fatal", "warning", "info", "error", "error", "error"],
    ]);
  });
});

describe("whose a frame is", () => {
  const culprit = (platform: string, frames: Sent[]): string =>
    readEvent(thrown(platform, frames)).culprit;
  test("Java says what is ours, and nothing of the rest", () =>
    expect(
      culprit("java", [
        { module: "io.sentry.samples.Shop", function: "pay", in_app: true },
        { module: "com.acme.Orders", function: "save" },
      ]),
    ).toBe("pay in io.sentry.samples.Shop"));
  test("what every Java program builds on is nobody's bug", () =>
    expect(
      culprit("java", [
        { module: "com.acme.Orders", function: "save" },
        { module: "org.springframework.jdbc.Template", function: "run" },
        { module: "java.net.Socket", function: "connect" },
      ]),
    ).toBe("save in com.acme.Orders"));
  test.each([
    ["native", "/opt/game/bin/game", "/usr/lib/system/libsystem_kernel.dylib"],
    ["native", "C:\\Game\\game.exe", "C:\\Windows\\SYSTEM32\\ntdll.dll"],
    ["cocoa", "/private/var/containers/Bundle/Application/Game", "UIKitCore"],
  ])("binaries of the system are not ours: %s, %s, %s", (platform, game, system) => {
    const frames = [
      { function: "draw", package: game },
      { function: "abort", package: system },
    ];
    expect(culprit(platform, frames)).toStartWith("draw in");
  });
  test("without a place there is no “in”", () =>
    expect(culprit("other", [{ function: "draw" }])).toBe("draw"));
});

describe("a crash", () => {
  const frame = (name: string, system = false): Sent => ({
    function: name,
    package: system ? "/usr/lib/libc.so.6" : "/opt/game",
  });
  test("is told from another with the same signal by what was called", () => {
    const [free, lock] = ["free", "pthread_mutex_lock"].map((called) =>
      nearOf(thrown("native", [frame("main"), frame(called, true), frame("raise", true)])),
    );
    expect(free).not.toBe(lock as string);
  });
  test("has the stack of the thread that crashed", () => {
    const event = readEvent({
      platform: "cocoa",
      exception: [{ type: "EXC_BAD_ACCESS", value: "", thread_id: 7 }],
      threads: {
        values: [
          { id: 1, current: true, stacktrace: { frames: [frame("idle")] } },
          { id: 7, crashed: true, stacktrace: { frames: [frame("draw")] } },
        ],
      },
    });
    expect(event.culprit).toBe("draw in opt/game");
  });
  test("without names is the same wherever the program was loaded", () => {
    const loadedAt = (base: number, at: number): Sent =>
      thrown("native", [{ instruction_addr: `0x${(base + at).toString(16)}` }], {
        debug_meta: {
          images: [
            { code_file: "/opt/game", image_addr: `0x${base.toString(16)}`, image_size: 65_536 },
          ],
        },
      });
    expect(nearOf(loadedAt(0x1000, 0x42))).toBe(nearOf(loadedAt(0x70_0000_0000, 0x42)));
    expect(nearOf(loadedAt(0x1000, 0x42))).not.toBe(nearOf(loadedAt(0x1000, 0x99)));
    expect(readEvent(loadedAt(0x1000, 0x42)).culprit).toBe("+0x42 in opt/game");
  });
  test("of a group whose members have no stack is where the group was thrown", () => {
    const values = [
      { type: "ValueError", value: "1", mechanism: { exception_id: 1, parent_id: 0 } },
      {
        ...{ type: "ExceptionGroup", value: "two", mechanism: { exception_id: 0 } },
        stacktrace: { frames: [{ filename: "shop.py", function: "pay" }] },
      },
    ];
    expect(readEvent({ platform: "python", exception: { values } }).culprit).toBe("pay in shop.py");
  });
});

test("no name of an event turns the direction of writing, steers a terminal, or is no text at all", () => {
  const odd = "a\u202egnp\u001b[2J\u0000\r\nb\ud83d";
  const read = readEvent({
    ...{ release: odd, environment: odd, transaction: odd, tags: { [odd]: odd } },
    exception: { values: [{ type: odd, value: odd, stacktrace: { frames: [{ function: odd }] } }] },
  });
  const { title, culprit, release, environment, transaction, tags } = read;
  const names = [
    title.type,
    title.value,
    culprit,
    release,
    environment,
    transaction,
    ...tags.flat(),
  ];
  for (const name of names) {
    expect(name).toStartWith("a\ufffdgnp [2J");
    expect(name).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(name?.isWellFormed()).toBe(true);
  }
});

test("an SDK of before 2018 is understood", () => {
  const sent: Sent = {
    culprit: "shop.views.pay",
    checksum: "c".repeat(32),
    "sentry.interfaces.User": { id: 7 },
    "sentry.interfaces.Exception": { values: [{ type: "Gone", value: "no cart" }] },
  };
  modernise(sent);
  expect(readEvent(sent)).toMatchObject({
    title: { type: "Gone", value: "no cart" },
    ...{ culprit: "shop.views.pay", user: "7", fingerprint: ["c".repeat(32)] },
  });
});

test.each([
  ["Object.foo", "foo"],
  ["async foo", "foo"],
  ["Foo.bar [as baz]", "bar"],
  ["Cart/total/<", "total"],
  ["Pt</t.prototype.wrap/<", "wrap"],
  ["shop::pay(std::string const&, int)", "pay"],
  ["std::vector<shop::Item>::at(unsigned long)", "at"],
  ["<shop::Cart as core::ops::Drop>::drop", "drop"],
  ["shop::pay::{{closure}}", "pay.{{closure}}"],
  ["main.(*Server).handle", "handle"],
  ["main.run.func1", "run.func1"],
  ["-[Shop pay:with:]", "-[Shop pay:with:]"],
  ["closure #1 (Swift.Int) -> () in Shop.Cart.pay()", "pay"],
  ["Shop.Cart.pay/2", "pay"],
  ["{closure:Shop\\Cart::pay():12}", "pay.{closure}"],
  ["block (2 levels) in pay", "block (2 levels) in pay"],
  ["Anonymous function", undefined],
  ["Object.<anonymous>", undefined],
] as const)("the function %s is %s", (sent, name) => expect(functionName(sent)).toBe(name));
