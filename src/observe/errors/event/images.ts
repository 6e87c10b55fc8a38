import { type Json, listOf, numberOf, recordOf, recordsOf, wordOf } from "./json.ts";

/** A program or library as it lay in memory, from `debug_meta`. */
export type Image = { file: string; from: number; to: number };

const imagesMax = 2_000;
const addressOf = (value: unknown): number | undefined => {
  if (typeof value !== "string") return numberOf(value);
  return /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : undefined;
};

export function imagesOf(event: Json): Image[] {
  const sent = listOf(recordOf(event["debug_meta"])?.["images"]).slice(0, imagesMax);
  return recordsOf(sent).flatMap((image): Image[] => {
    const from = addressOf(image["image_addr"]);
    const file = wordOf(image["code_file"], 1_000) ?? wordOf(image["name"], 1_000);
    if (from === undefined || file === undefined) return [];
    return [{ file, from, to: from + (addressOf(image["image_size"]) ?? 0) }];
  });
}

/** A frame that says only an address, with the binary that it lies in, and where in it: that is the same wherever it was loaded. */
export function located(frame: Json, images: readonly Image[]): Json {
  const address = addressOf(frame["instruction_addr"]);
  if (address === undefined || images.length === 0) return frame;
  const image = images.find(({ from, to }) => from <= address && address < to);
  if (!image) return frame;
  const place = `+0x${(address - image.from).toString(16)}`;
  return {
    ...frame,
    package: wordOf(frame["package"]) ?? image.file,
    function: wordOf(frame["function"]) ?? place,
  };
}
