import { deflated, inflated } from "#kernel";

const mark = "deflate:";
const documentBytesMax = 20_000_000;

/** A document as a fact holds it: text that repeats itself as much as a timeline does takes a tenth. */
export const packed = (document: string): string =>
  mark + Buffer.from(deflated(Buffer.from(document))).toString("base64");

/** Facts of old hold the document as it is. */
export const unpacked = (held: string): string =>
  held.startsWith(mark)
    ? new TextDecoder().decode(
        inflated(Buffer.from(held.slice(mark.length), "base64"), documentBytesMax),
      )
    : held;
