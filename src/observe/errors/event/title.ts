import type { Frame } from "./frames.ts";
import { plain } from "./json.ts";
import type { Thrown } from "./thrown.ts";

type Parts = {
  thrown: readonly Thrown[];
  causes: readonly Thrown[];
  message?: { formatted: string };
  frames: readonly Frame[];
};

const valueCharsMax = 300;
const firstLine = (text: string): string =>
  plain(
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim()
      .slice(0, valueCharsMax) ?? "",
  ).trim();

/** What an event is called: the outermost error and what it says, or the message. */
export function titleOf(
  { causes, message }: Parts,
  transaction: string | undefined,
): { type: string; value: string } {
  const outermost = causes.at(-1);
  if (!outermost) {
    const text = firstLine(message?.formatted ?? "");
    return { type: text || transaction || "An event without a message", value: "" };
  }
  const told = whatWasThrown(firstLine(outermost.value), outermost);
  return told ?? { type: outermost.type ?? "Error", value: firstLine(outermost.value) };
}

/** Something that is no Error was thrown: the SDK makes up a type and a sentence, and the title says what it was. */
function whatWasThrown(value: string, of: Thrown): { type: string; value: string } | undefined {
  const keys =
    /^(?:(?:Object|'?\[object \w+\]'?) captured as|Non-Error) (exception|promise rejection)(?: captured)? with keys: (.*)$/.exec(
      value,
    );
  if (keys)
    return {
      type:
        keys[1] === "exception" ? "An object was thrown" : "A promise was rejected with an object",
      value: `{ ${keys[2]} }`,
    };
  const rejected = /^Non-Error promise rejection captured with value: (.*)$/.exec(value);
  if (rejected) return { type: "A promise was rejected with no error", value: rejected[1] ?? "" };
  const event = /^Event `(\w+)` \(type=([^)]*)\) captured as (.*)$/.exec(value);
  if (event)
    return { type: `A DOM ${event[1]} was thrown`, value: `type ${event[2]}, ${event[3]}` };
  if (of.synthetic && of.type === "Error") return { type: "Not an error object", value };
  return undefined;
}
