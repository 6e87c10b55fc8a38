import { type Effects, type Read, route, type Route } from "#kernel";
import * as z from "zod";
import { wholeOf } from "./answers.ts";
import { consoleAt } from "./place.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { docOf } from "./shelf.ts";

export const formats = ["md", "html", "pdf", "json", "folder"] as const;
type Format = (typeof formats)[number];
const types: Readonly<Record<Format, string>> = {
  md: "text/markdown; charset=utf-8",
  html: "text/html; charset=utf-8",
  pdf: "application/pdf",
  json: "application/json",
  folder: "application/json",
};
const Asked = z.object({
  postMortem: contract.PostMortemId,
  format: z.enum(formats).default("md"),
});

/** What makes each form is loaded when it is first asked for. */
async function made(
  read: Pick<Read, "log" | "now">,
  pm: contract.PostMortem,
  format: Format,
): Promise<string | Uint8Array> {
  // The evidence of another Castor's is in its log, not in ours.
  const where = pm.origin ? {} : { console: consoleAt(read) };
  switch (format) {
    case "md":
      return (await import("./export/markdown.ts")).markdownOf(pm, where);
    case "html":
      return (await import("./export/html.ts")).htmlOf(pm, where);
    case "pdf":
      return await (await import("./export/pdf.ts")).pdfOf(pm, where);
    case "json":
      return `${JSON.stringify(pm, null, 2)}\n`;
    case "folder": {
      const { folderOf } = await import("./export/folder.ts");
      const { epoch } = read.log;
      const position = read.log.head();
      const head = { position, hash: read.log.at(position)?.hash ?? "" };
      return JSON.stringify(folderOf(pm, { chain: { epoch, head }, now: read.now, where }));
    }
  }
}

/** `GET /api/post-mortems.export?postMortem=pm-1&format=md|html|pdf|json|folder`. */
export const exportRoute: Route = route<Config>("GET", "/api/post-mortems.export", {
  about:
    "A post-mortem as a file: Markdown, HTML, PDF, JSON, or a folder's files with their hashes.",
  allow: "viewer",
  serve: async (request, fx: Effects<Config>) => {
    const { searchParams } = new URL(request.url, "http://castor");
    const asked = Asked.safeParse(Object.fromEntries(searchParams));
    const doc = asked.success ? docOf(fx, asked.data.postMortem) : undefined;
    if (!asked.success || !doc) return contract.unknownPostMortem();
    const { postMortem, format } = asked.data;
    const ending = format === "folder" ? "folder.json" : format;
    const body = await made(fx, await wholeOf(fx, doc), format);
    return new Response(body as BodyInit, {
      headers: {
        "content-type": types[format],
        "content-disposition": `attachment; filename="${postMortem}.${ending}"`,
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ...{ "x-content-type-options": "nosniff", "cache-control": "no-store" },
      },
    });
  },
});
