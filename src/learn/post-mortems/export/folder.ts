import * as z from "zod";
import { ChosenRow, mermaidOf, PostMortem } from "../contract.ts";
import { markdownOf, type Where } from "./markdown.ts";
import { svgOf } from "./svg.ts";

/** A file by its name within the folder; all of them are text. */
export type File = { path: string; text: string };

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");
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
});
export type Manifest = z.infer<typeof Manifest>;

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (values: readonly unknown[]): string =>
  values.map((each) => `${JSON.stringify(each)}\n`).join("");

/** The post-mortem as a folder that people read, programs read, and another Castor takes in. */
export function folderOf(
  pm: PostMortem,
  of: { chain: Manifest["chain"]; now: number; where?: Where },
): File[] {
  const posts = pm.rows.filter(({ type }) => type === "status-page.posted");
  const graph =
    pm.graph.factors.length === 0
      ? []
      : [
          { path: "graph.json", text: pretty(pm.graph) },
          { path: "graph.mmd", text: `${mermaidOf(pm.graph)}\n` },
          { path: "graph.svg", text: svgOf(pm.graph) },
        ];
  const files: File[] = [
    { path: "post-mortem.md", text: markdownOf(pm, of.where) },
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
  };
  return [...files, { path: manifestPath, text: pretty(manifest) }];
}

export type Verified = { manifest: Manifest; manifestHash: string; postMortem: PostMortem };

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
  const byPath = new Map(files.map(({ path, text }) => [path, text]));
  const text = byPath.get(manifestPath);
  const manifest = parsed(Manifest, text, manifestPath);
  if (typeof manifest === "string") return { wrong: [manifest] };
  const named = new Set([manifestPath, ...manifest.files.map(({ path }) => path)]);
  const wrong = [
    ...manifest.files.flatMap(({ path, sha256: hash }) => {
      const found = byPath.get(path);
      if (found === undefined) return [`${path} is missing`];
      return sha256(found) === hash ? [] : [`${path} was changed: its SHA-256 is another one`];
    }),
    ...[...byPath.keys()].filter((path) => !named.has(path)).map((path) => `${path} was added`),
  ];
  if (wrong.length > 0) return { wrong };
  const postMortem = parsed(PostMortem, byPath.get("post-mortem.json"), "post-mortem.json");
  if (typeof postMortem === "string") return { wrong: [postMortem] };
  const told = (byPath.get("timeline.jsonl") ?? "").split("\n").filter((line) => line !== "");
  const rows = told.map((line) => parsed(ChosenRow, line, "timeline.jsonl"));
  if (!Bun.deepEquals(rows, postMortem.rows))
    return { wrong: ["timeline.jsonl tells of other facts than post-mortem.json"] };
  return { manifest, manifestHash: sha256(text ?? ""), postMortem };
}
