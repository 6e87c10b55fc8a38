import { action, type Effects } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { packed } from "./document.ts";
import type { File } from "./export/folder.ts";
import { fileBytesMax, fileOf, keepPictures } from "./kept-files.ts";
import { readdressed } from "./pictures.ts";
import { docOf } from "./shelf.ts";

const filesMax = 300;
const textCharsMax = 900_000;
const folderBytesMax = 50 * 1_048_576;
/** Packed and sealed, it has to fit into one fact of the log. */
const packedCharsMax = 600_000;

const Sent = z.union([
  z.object({ path: z.string().max(100), text: z.string().max(textCharsMax) }).strict(),
  z
    .object({
      path: z.string().max(100),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, "A SHA-256, in hexadecimal"),
    })
    .strict()
    .describe("A file that was sent to `post-mortems.file` before."),
]);

/** The files themselves, whichever way they came; or what is missing. */
function gathered(fx: Effects, sent: readonly z.infer<typeof Sent>[]): File[] | { why: string } {
  const files: File[] = [];
  let bytes = 0;
  for (const each of sent) {
    const body = "text" in each ? each.text : fileOf(fx, each.sha256);
    if (body === undefined)
      return { why: `${each.path} was not sent, or longer than an hour ago.` };
    bytes += typeof body === "string" ? Buffer.byteLength(body) : body.length;
    if (bytes > folderBytesMax)
      return { why: `It is larger than ${folderBytesMax / 1_048_576} MB.` };
    files.push({ path: each.path, body });
  }
  return files;
}

export const importAction = action("post-mortems.import", {
  about: `Takes in a folder that another Castor exported, once its hashes prove that it is whole. Files of up to ${fileBytesMax / 1_048_576} MB are sent to \`POST /api/post-mortems.file\` first, and named here by their hash.`,
  input: z.object({ files: z.array(Sent).min(1).max(filesMax) }),
  output: z.object({
    postMortem: z.string(),
    /** Whether the facts were compared with this log too; null where they are another log's. */
    ours: z.boolean().nullable(),
  }),
  act: async ({ files: sent }, fx: Effects<Config>) => {
    const files = gathered(fx, sent);
    if ("why" in files) return contract.notGenuine(files.why);
    const { verified } = await import("./export/folder.ts");
    const found = verified(files);
    if ("wrong" in found) return contract.notGenuine(`${found.wrong.join("; ")}.`);
    const { manifest, manifestHash, postMortem: of, pictures } = found;
    const isOurs = manifest.chain.epoch === fx.log.epoch;
    const forged = isOurs ? forgedIn(fx, of) : [];
    if (forged.length > 0)
      return contract.notGenuine(
        `timeline.jsonl: the log has other facts at ${forged.slice(0, 10).join(", ")}.`,
      );
    const postMortem = `pm-x${manifestHash.slice(0, 12)}`;
    if (!docOf(fx, postMortem)) {
      const { epoch } = manifest.chain;
      const document = packed(readdressed(JSON.stringify(of)));
      if (document.length > packedCharsMax)
        return contract.notGenuine(
          `Its text is larger than fits, packed, into ${packedCharsMax / 1_000} kB.`,
        );
      const { title } = of;
      await fx.record(postMortem, [
        contract.imported({
          ...{ postMortem, manifest: manifestHash, epoch, title, pictures, document },
        }),
      ]);
      await keepPictures(fx, postMortem, pictures);
    }
    return { postMortem, ours: isOurs ? true : null };
  },
});

/** Positions at which our own log has other facts than a folder that says it came from it. */
const forgedIn = (fx: Effects, { rows }: contract.PostMortem): number[] =>
  rows
    .filter(({ position, hash, at, type }) => {
      const fact = fx.log.at(position);
      return fact?.hash !== hash || fact.at !== at || fact.event.type !== type;
    })
    .map(({ position }) => position);
