import { outcome } from "../contract/outcomes.ts";

/** `client.d.ts`: types for those who load `client.js` from an address. */
export async function clientDeclarations(): Promise<string> {
  const types = await Bun.file(new URL("types.ts", import.meta.url)).text();
  const outcomes = Object.entries(outcome).map(([name, code]) => `  readonly ${name}: ${code};\n`);
  const before = `/** What became of an answer. Everything from \`early\` on was not counted. */
export declare const outcome: {
${outcomes.join("")}};
export type Outcome = (typeof outcome)[keyof typeof outcome];

/** A participant's connection to a show: it comes back by itself, and keeps an answer until the node has it on disk. */
export declare function joinLive(options: LiveOptions): LiveClient;
`;
  return types.replace(/^import .*\n/, before);
}
