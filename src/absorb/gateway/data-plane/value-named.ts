import { textOf } from "./bytes.ts";
import type { RequestHead } from "./request-head.ts";

/** The value of the first field of a name that the parser need not know. */
export function valueNamed(head: RequestHead, bytes: Buffer, name: string): string | undefined {
  for (let i = 0; i < head.count; i++)
    if (
      head.nameEnd(i) - head.lineStart(i) === name.length &&
      textOf(bytes, head.lineStart(i), head.nameEnd(i)).toLowerCase() === name
    )
      return textOf(bytes, head.valueStart(i), head.valueEnd(i));
  return undefined;
}
