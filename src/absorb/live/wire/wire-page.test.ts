import { expect, test } from "bun:test";
import { type NodeInTest, nodeInTest, revealed } from "../data-plane/node.testing.ts";
import { closing } from "../data-plane/web-socket.ts";
import { outcome } from "../contract/outcomes.ts";
import type { Told } from "./frames.ts";
import { sealed } from "./seal.ts";

const doc = await Bun.file(new URL("../../../../docs/live-wire.md", import.meta.url)).text();
const examples = (kind: string): string[] =>
  [...doc.matchAll(new RegExp(`\`\`\`${kind}\n(.*?)\`\`\``, "gs"))].map(([, text = ""]) => text);

const aNode = (): Promise<NodeInTest> => nodeInTest({ hasFoyer: true, run: { joining: "open" } });

type Heard = string | Uint8Array;
type Step = { mark: string; text: string };
/** The lines of an example, without remarks; one that goes on with `+` is one. */
function stepsOf(example: string): Step[] {
  const steps: Step[] = [];
  for (const line of example.trim().split("\n")) {
    const text = line
      .slice(2)
      .replace(/\s+# .*$/, "")
      .trim();
    const last = steps.at(-1);
    if (line[0] === "+" && last) last.text += ` ${text}`;
    else steps.push({ mark: line[0] ?? "", text });
  }
  return steps;
}

/** `…` stands for any text. */
const isLike = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split("…")
      .map((part) => RegExp.escape(part))
      .join(".+?")}$`,
  ).test(text);

/** Plays an example over a connection of its own; names such as `p1` are what came under them. */
async function play(at: NodeInTest, example: string): Promise<number> {
  const steps = stepsOf(example);
  // What stands before the first word has happened before anybody connects.
  for (; steps[0]?.mark === "="; steps.shift()) await operate(at, steps[0].text);
  const heard: Heard[] = [];
  let wake = (): void => {};
  const socket = new WebSocket(at.url);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    heard.push(typeof data === "string" ? data : new Uint8Array(data));
    wake();
  };
  await new Promise((open) => (socket.onopen = open));
  const next = async (): Promise<Heard> => {
    for (;;) {
      const found = heard.shift();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const known = new Map<string, number>();
  for (const { mark, text } of steps) {
    if (mark === "=") await operate(at, text);
    else if (mark === ">")
      socket.send(
        Uint8Array.from(text.split(/\s+/), (each) => known.get(each) ?? Number.parseInt(each, 16)),
      );
    else if (text.startsWith("{"))
      expect(await next()).toSatisfy((said) => isLike(text, String(said)));
    else {
      const said = await next();
      const wanted = text.split(/\s+/);
      expect(
        Array.from(said as Uint8Array, (byte, n) => {
          const each = wanted[n] ?? "nothing";
          if (/^p\d$/.test(each)) known.set(each, byte);
          return each === ".." || known.has(each) ? each : byte.toString(16).padStart(2, "0");
        }),
      ).toEqual(wanted);
    }
  }
  expect(heard).toEqual([]);
  socket.close();
  return steps.length;
}

async function operate(at: NodeInTest, what: string): Promise<void> {
  const hall = at.node.halls.get("final");
  if (what === "armed") await at.order([{ state: "armed" }]);
  else if (what === "revealed") await at.order([revealed(1_500)]);
  else if (what === "opened") await at.order([revealed()]);
  else if (what === "closed") await at.order([{ state: "closed" }]);
  else while (hall?.engine.count.questions[0]?.phase !== "open") await Bun.sleep(1);
}

test("the question of the page goes over the wire byte by byte as it is written there", async () => {
  await using at = await aNode();
  expect(await play(at, examples("wire")[0] ?? "")).toBeGreaterThan(15);
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(1);
});

test("so does the batch of a relay", async () => {
  await using at = await aNode();
  await play(at, examples("wire")[1] ?? "");
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(2);
});

test("the commands of the page say what is written under them", async () => {
  await using at = await aNode();
  await at.order([revealed()]);
  const lines = (examples("console")[0] ?? "").trim().split("\n");
  const commands = lines.flatMap((line, n) => (line.startsWith("$ ") ? [n] : []));
  expect(commands.length).toBeGreaterThan(4);
  for (const [n, from] of commands.entries()) {
    const command = (lines[from] ?? "").slice(2);
    const said = lines.slice(from + 1, commands[n + 1]).join("\n");
    const run = Bun.spawn([
      "sh",
      "-c",
      command.replaceAll("https://live.example.org", `http://127.0.0.1:${at.node.port}`),
    ]);
    const text = (await new Response(run.stdout).text()).trim();
    expect({ command, like: isLike(said, text), text }).toEqual({ command, like: true, text });
  }
});

test("the sealed question of the page opens with its key", () => {
  const told = stepsOf(examples("wire")[0] ?? "").flatMap(({ text }) =>
    text.startsWith("{") ? [JSON.parse(text.replaceAll("…", "0")) as Told] : [],
  );
  const bytes = (text: string): Uint8Array =>
    Uint8Array.fromBase64(text, { alphabet: "base64url" });
  const closed = told.find((each) => each.is === "sealed");
  const reveal = told.find((each) => each.is === "reveal");
  const text = new TextDecoder().decode(
    sealed(bytes(reveal?.key ?? ""), bytes(closed?.sealed ?? "")),
  );
  expect(text).toBe((examples("opened")[0] ?? "").trim());
});

test("every outcome and every code of closing is in the page's tables", () => {
  for (const [name, number] of Object.entries(outcome))
    expect(doc).toMatch(new RegExp(`\\| ${number} +\\| \`${name}\` `));
  for (const code of Object.values(closing)) expect(doc).toContain(`| ${code} |`);
});
