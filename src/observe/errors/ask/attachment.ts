import { type Effects, isRefusal, type Read, route } from "#kernel";
import { askIntake } from "../ask-intake.ts";
import type { Config } from "../config.ts";
import { unknownAttachment } from "../contract.ts";
import { type Part, partBytes } from "./attachment-part.ts";

const part = (read: Pick<Read, "bus" | "log">, id: number, from: number) =>
  askIntake<Part>(read, "attachment", { id, from });

/** Whoever sent it wrote its name and its type: it is only ever saved, never shown. */
const headersFor = ({ name, bytes }: Part): Record<string, string> => ({
  "content-type": "application/octet-stream",
  "content-length": String(bytes),
  "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name.replaceAll(/[\\/\p{Cc}]/gu, "_"))}`,
  "content-security-policy": "sandbox; default-src 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "private, no-store",
});

export const attachmentRoute = route<Config>("GET", "/api/errors.attachment", {
  about: "A file that came beside an event, by its `id` in `errors.event`.",
  allow: "responder",
  serve: async (request, fx: Effects<Config>) => {
    const id = Number(new URL(request.url, "http://castor").searchParams.get("id"));
    if (!Number.isSafeInteger(id)) return unknownAttachment();
    const first = await part(fx, id, 0);
    if (isRefusal(first)) return first;
    if (!first) return unknownAttachment();
    const parts = [Buffer.from(first.base64, "base64")];
    for (let from = partBytes; from < first.bytes; from += partBytes) {
      const next = await part(fx, id, from);
      if (isRefusal(next)) return next;
      if (!next) return unknownAttachment("It was thrown away meanwhile.");
      parts.push(Buffer.from(next.base64, "base64"));
    }
    return new Response(Buffer.concat(parts), { headers: headersFor(first) });
  },
});
