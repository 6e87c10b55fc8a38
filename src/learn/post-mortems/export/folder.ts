import * as z from "zod";
import { ChosenRow, mermaidOf, PostMortem } from "../contract.ts";
import { type Pictured, picturesIn } from "../pictures.ts";
import { markdownOf, type Where } from "./markdown.ts";
import { svgOf } from "./svg.ts";

/** A file by its name within the folder. */
export type File = { path: string; body: string | Uint8Array };
/** What `export` gives: texts as they are, and where each picture is fetched. */
export type Folder = {
  files: { path: string; text: string }[];
  pictures: { path: string; from: string }[];
};

const sha256 = (body: string | Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(body).digest("hex");
const decoded = (body: string | Uint8Array | undefined): string | undefined =>
  typeof body === "object" ? new TextDecoder().decode(body) : body;
const format = "castor-post-mortem/1";
const manifestPath = "manifest.json";

/** What a folder says of itself: every file by its hash, and where in whose log the facts of the timeline stand. */
const Manifest = z.object({
  format: z.literal(format),
  postMortem: z.string(),
  title: z.string(),
  exportedAt: z.string(),
  chain: z.object({
    /** The log's own name: a restore begins another one. */
    epoch: z.string(),
    /** The newest fact when this was written, and its hash: it covers every fact before. */
    head: z.object({ position: z.number(), hash: z.string() }),
  }),
  files: z.array(
    z.object({ path: z.string(), bytes: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  /** Each by its SHA-256. One that was taken away before the folder was written is missing, and that is no fault of it. */
  pictures: z
    .array(z.object({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .default([]),
});
export type Manifest = z.infer<typeof Manifest>;

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (values: readonly unknown[]): string =>
  values.map((each) => `${JSON.stringify(each)}\n`).join("");

/** The post-mortem as a folder that people read, programs read, and another Castor takes in. */
export function folderOf(
  pm: PostMortem,
  of: { chain: Manifest["chain"]; now: number; where?: Where },
): Folder {
  const pictures = picturesIn(JSON.stringify(pm));
  const posts = pm.rows.filter(({ type }) => type === "status-page.posted");
  const graph =
    pm.graph.factors.length === 0
      ? []
      : [
          { path: "graph.json", text: pretty(pm.graph) },
          { path: "graph.mmd", text: `${mermaidOf(pm.graph)}\n` },
          { path: "graph.svg", text: svgOf(pm.graph) },
        ];
  const files = [
    { path: "post-mortem.md", text: beside(markdownOf(pm, of.where), pictures, of.where) },
    { path: "post-mortem.json", text: pretty(pm) },
    { path: "timeline.jsonl", text: lines(pm.rows) },
    { path: "status-posts.jsonl", text: lines(posts) },
    { path: "impact.json", text: pretty({ impact: pm.impact, budget: pm.budget }) },
    ...graph,
  ];
  const manifest: Manifest = {
    ...{ format, postMortem: pm.postMortem, title: pm.title, chain: of.chain },
    exportedAt: new Date(of.now).toISOString(),
    files: files.map(({ path, text }) => ({
      ...{ path, bytes: Buffer.byteLength(text), sha256: sha256(text) },
    })),
    pictures: pictures.map(({ path, hash }) => ({ path, sha256: hash })),
  };
  return {
    files: [...files, { path: manifestPath, text: pretty(manifest) }],
    pictures: pictures.map(({ path, address }) => ({ path, from: address })),
  };
}

/** In a folder pictures lie beside the text. */
const beside = (markdown: string, pictures: readonly Pictured[], where: Where = {}): string =>
  pictures.reduce(
    (text, { address, path }) =>
      text.replaceAll(`${where.console ?? ""}${address}`, path).replaceAll(address, path),
    markdown,
  );

export type Verified = {
  manifest: Manifest;
  manifestHash: string;
  postMortem: PostMortem;
  /** The pictures that are there, by their hashes. */
  pictures: string[];
};

function parsed<T>(schema: z.ZodType<T>, text: string | undefined, name: string): T | string {
  if (text === undefined) return `${name} is missing`;
  try {
    const found = schema.safeParse(JSON.parse(text));
    return found.success
      ? found.data
      : `${name} is not of this form: ${z.prettifyError(found.error).slice(0, 300)}`;
  } catch {
    // Whoever reads it wants to know which file it was.
    return `${name} is not JSON`;
  }
}

/** Compares a folder with its manifest: everything that is wrong, by the name of each file; or what it holds. */
export function verified(files: readonly File[]): Verified | { wrong: string[] } {
  const byPath = new Map(files.map(({ path, body }) => [path, body]));
  const text = decoded(byPath.get(manifestPath));
  const manifest = parsed(Manifest, text, manifestPath);
  if (typeof manifest === "string") return { wrong: [manifest] };
  const { pictures } = manifest;
  const there = pictures.filter(({ path }) => byPath.has(path));
  const named = new Set([
    manifestPath,
    ...[...manifest.files, ...pictures].map(({ path }) => path),
  ]);
  const wrong = [
    ...[...manifest.files, ...there].flatMap(({ path, sha256: hash }) => {
      const found = byPath.get(path);
      if (found === undefined) return [`${path} is missing`];
      return sha256(found) === hash ? [] : [`${path} was changed: its SHA-256 is another one`];
    }),
    ...[...byPath.keys()].filter((path) => !named.has(path)).map((path) => `${path} was added`),
  ];
  if (wrong.length > 0) return { wrong };
  const whole = decoded(byPath.get("post-mortem.json"));
  const postMortem = parsed(PostMortem, whole, "post-mortem.json");
  if (typeof postMortem === "string") return { wrong: [postMortem] };
  const told = (decoded(byPath.get("timeline.jsonl")) ?? "")
    .split("\n")
    .filter((line) => line !== "");
  const rows = told.map((line) => parsed(ChosenRow, line, "timeline.jsonl"));
  if (!Bun.deepEquals(rows, postMortem.rows))
    return { wrong: ["timeline.jsonl tells of other facts than post-mortem.json"] };
  const hashes = there.map(({ sha256: hash }) => hash);
  return { manifest, manifestHash: sha256(text ?? ""), postMortem, pictures: hashes };
}
