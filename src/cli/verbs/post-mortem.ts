import { lstat, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type Command, exit, Failure, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain } from "../ink.ts";

type File = { path: string; text: string };
const formats = ["folder", "md", "html", "pdf", "json"];
/** What a folder may hold when it is taken in; the server takes no more either. */
const filesMax = 20;
const fileBytesMax = 900_000;

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

async function writeFolder(path: string, files: readonly File[]): Promise<void> {
  if ((await exists(path)) && (await readdir(path)).length > 0)
    throw new Failure(`${plain(path)} is not empty.`, "Name a new folder with --to.");
  await mkdir(path, { recursive: true });
  // The server names the files, and one that names another place is not believed.
  for (const { path: name, text } of files)
    if (basename(name) === name && name !== "..") await writeFile(join(path, name), text);
}

/** `castor post-mortem export pm-41`: a folder with hashes, or one file. */
export const postMortemExport: Command = {
  usage: "post-mortem export <pm-41> [--format folder|md|html|pdf|json] [--to path]",
  summary: "Write a post-mortem as a folder with hashes, Markdown, HTML, PDF or JSON.",
  about:
    "The folder holds the text, the timeline, the posts, the graph, and a manifest with the SHA-256 of each and the place in the log's chain: `castor post-mortem import` proves it and takes it into another Castor. PDF knows the letters of Western Europe; HTML knows all, and prints well.",
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
      const { files } = JSON.parse(bytes.toString()) as { files: File[] };
      await writeFolder(path, files);
    } else await writeWhole(path, bytes);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ path, format })}\n`);
    else terminal.out(`${ink(terminal).green("✓")} ${plain(path)}\n`);
    return exit.ok;
  },
};

async function filesIn(folder: string): Promise<File[]> {
  const names = await readdir(folder).catch(() => {
    throw new Failure(`${plain(folder)} is no folder that can be read.`, "Name an exported one.");
  });
  if (names.length > filesMax)
    throw new Failure(
      `${plain(folder)} holds ${names.length} files; an exported post-mortem has ${filesMax} at most.`,
    );
  const files: File[] = [];
  for (const path of names.toSorted()) {
    const { size } = await lstat(join(folder, path));
    if (size > fileBytesMax)
      throw new Failure(`${plain(path)} is larger than ${fileBytesMax / 1_000} kB.`);
    files.push({ path, text: await Bun.file(join(folder, path)).text() });
  }
  return files;
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
    const files = await filesIn(resolve(terminal.folder, folder));
    const taken = (await connect(given, terminal).act("post-mortems.import", { files })) as {
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
