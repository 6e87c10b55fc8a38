/** A trade for crew.test.ts. */
export function work({ text, bytes }: { text: string; bytes: Uint8Array }): { text: string } {
  if (text === "bad") throw new Error("it is bad");
  if (text === "end") process.exit(3);
  return { text: `${text.toUpperCase()}${bytes.length}` };
}
