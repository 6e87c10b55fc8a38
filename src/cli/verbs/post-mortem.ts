import { lstat, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type Api, Refused } from "../api.ts";
import { type Command, exit, Failure, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain } from "../ink.ts";

type Folder = {
  files: { path: string; text: string }[];
  pictures: { path: string; from: string }[];
};
type Sent = { path: string; text: string } | { path: string; sha256: string };
const formats = ["folder", "md", "html", "pdf", "json"];
/** What a folder may hold when it is taken in; the server takes no more either. */
const filesMax = 300;
const fileBytesMax = 5 * 1_048_576;
const folderBytesMax = 50 * 1_048_576;
/** Texts of this size together go with the order itself; whatever is larger, and each picture, is sent before. */
const inlineBytesMax = 400_000;
const picturesFolder = "pictures";

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const exists = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined)) !== undefined;

/** Writes beside and renames: whoever looks sees the old one or the whole new one. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/** The server names the files, and one that names another place is not believed. */
const isOneName = (name: string): boolean => basename(name) === name && name !== "..";

/** Gives how many pictures were taken away before they could be fetched. */
async function writeFolder(path: string, { files, pictures }: Folder, to: Api): Promise<number> {
  if ((await exists(path)) && (await readdir(path)).length > 0)
    throw new Failure(`${plain(path)} is not empty.`, "Name a new folder with --to.");
  await mkdir(path, { recursive: true });
  for (const { path: name, text } of files)
    if (isOneName(name)) await writeFile(join(path, name), text);
  let gone = 0;
  if (pictures.length > 0) await mkdir(join(path, picturesFolder), { recursive: true });
  for (const { path: name, from } of pictures) {
    const own = name.slice(picturesFolder.length + 1);
    if (!isOneName(own) || !/^\/api\/[a-z-]+\.picture\/[0-9a-f]{64}(\.\w+)?$/.test(from)) continue;
    try {
      const bytes = await bytesOf(await to.stream(from.slice("/api/".length), {}));
      await writeFile(join(path, picturesFolder, own), bytes);
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status !== 404) throw error;
      gone++;
    }
  }
  return gone;
}

/** `castor post-mortem export pm-41`: a folder with hashes, or one file. */
export const postMortemExport: Command = {
  usage: "post-mortem export <pm-41> [--format folder|md|html|pdf|json] [--to path]",
  summary: "Write a post-mortem as a folder with hashes, Markdown, HTML, PDF or JSON.",
  about:
    "The folder holds the text, the timeline, the posts, the graph, and a manifest with the SHA-256 of each and the place in the log's chain, and the pictures of its notes: `castor post-mortem import` proves it and takes it into another Castor. PDF knows Latin, Greek, Cyrillic, Armenian and Georgian letters; HTML knows all, and prints well.",
  example: "castor post-mortem export pm-41 --format pdf",
  wordsMin: 1,
  wordsMax: 1,
  options: {
    format: { type: "text", value: formats.join("|"), about: "folder when absent." },
    to: { type: "text", value: "path", about: "Where to; pm-41 and its ending when absent." },
    ...toCastor,
  },
  async run(given, terminal) {
    const [postMortem = ""] = given.words;
    const format = given.text("format") ?? "folder";
    if (!formats.includes(format))
      throw new UsageError(`There is no format ${format}.`, `There are ${formats.join(", ")}.`);
    const name = format === "folder" ? postMortem : `${postMortem}.${format}`;
    const path = resolve(terminal.folder, given.text("to") ?? name);
    const stream = await connect(given, terminal).stream("post-mortems.export", {
      ...{ postMortem, format },
    });
    const bytes = await bytesOf(stream);
    if (format === "folder") {
      const folder = JSON.parse(bytes.toString()) as Folder;
      const gone = await writeFolder(path, folder, connect(given, terminal));
      if (gone > 0) terminal.err(`${gone} of its pictures were taken away and are not in it.\n`);
    } else await writeWhole(path, bytes);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ path, format })}\n`);
    else terminal.out(`${ink(terminal).green("✓")} ${plain(path)}\n`);
    return exit.ok;
  },
};

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => {
    throw new Failure(`${plain(folder)} is no folder that can be read.`, "Name an exported one.");
  });
  const pictures = names.includes(picturesFolder)
    ? await readdir(join(folder, picturesFolder))
    : [];
  const all = [
    ...names.filter((each) => each !== picturesFolder),
    ...pictures.map((each) => `${picturesFolder}/${each}`),
  ];
  if (all.length > filesMax)
    throw new Failure(
      `${plain(folder)} holds ${all.length} files; an exported post-mortem has ${filesMax} at most.`,
    );
  return all.toSorted();
}

/** Small texts as they are; pictures and large texts are sent before, and named by what they are. */
async function sentFrom(folder: string, to: Api): Promise<Sent[]> {
  const sent: Sent[] = [];
  let [inline, whole] = [0, 0];
  for (const path of await namesIn(folder)) {
    const { size } = await lstat(join(folder, path));
    whole += size;
    if (size > fileBytesMax || whole > folderBytesMax)
      throw new Failure(
        `${plain(path)} is more than fits: ${fileBytesMax / 1_048_576} MB a file, ${folderBytesMax / 1_048_576} MB a folder.`,
      );
    const file = Bun.file(join(folder, path));
    if (!path.startsWith(`${picturesFolder}/`) && inline + size <= inlineBytesMax) {
      inline += size;
      sent.push({ path, text: await file.text() });
    } else {
      const { sha256 } = (await to.put("post-mortems.file", await file.bytes())) as {
        sha256: string;
      };
      sent.push({ path, sha256 });
    }
  }
  return sent;
}

/** `castor post-mortem import ./pm-41`: takes in what another Castor exported. */
export const postMortemImport: Command = {
  usage: "post-mortem import <folder>",
  summary: "Take in a post-mortem that another Castor exported, once its hashes prove it.",
  about: "What was changed on the way is named, and nothing is taken in.",
  example: "castor post-mortem import ./pm-41",
  wordsMin: 1,
  wordsMax: 1,
  options: toCastor,
  async run(given, terminal) {
    const [folder = ""] = given.words;
    const to = connect(given, terminal);
    const files = await sentFrom(resolve(terminal.folder, folder), to);
    const taken = (await to.act("post-mortems.import", { files })) as {
      postMortem: string;
      ours: boolean | null;
    };
    if (given.flag("json")) terminal.out(`${JSON.stringify(taken)}\n`);
    else
      terminal.out(
        `${ink(terminal).green("✓")} ${taken.postMortem}: ${files.length} files are as they were written${taken.ours === true ? ", and their facts are those of this log" : ""}\n`,
      );
    return exit.ok;
  },
};
