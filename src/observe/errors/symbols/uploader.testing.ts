import { httpApi } from "#kernel/testing";
import type { inbox } from "../inbox.testing.ts";
import { zipOf } from "./zip.testing.ts";

type World = Awaited<ReturnType<typeof inbox>>;
type File = {
  type: "minified_source" | "source_map";
  url: string;
  headers?: Record<string, string>;
  text: string;
};

/** A bundle as `sentry-cli` makes it: its own header, then a ZIP whose offsets count from the beginning of the file. */
export function bundleOf(files: readonly File[]): Buffer {
  const listed = files.map(
    ({ type, url, headers }, nth) => [`files/_/_/${nth}`, { type, url, headers }] as const,
  );
  const texts = files.map(({ text }, nth) => [`files/_/_/${nth}`, text] as const);
  const manifest = JSON.stringify({ org: "castor", files: Object.fromEntries(listed) });
  const header = Buffer.from("SYSB\x02\0\0\0", "latin1");
  return zipOf({ "manifest.json": manifest, ...Object.fromEntries(texts) }, { before: header });
}

export const sha1 = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha1").update(bytes).digest("hex");

/** Speaks to Castor as `sentry-cli` does, with an API token. */
export function uploader({ castor, auth }: World) {
  const api = httpApi({ castor: castor.castor, auth });
  const by = { kind: "system", id: "local" } as const;
  const { secret } = auth.tokens.create({ name: "ci", role: "operator", scopes: ["errors.*"], by });
  const call = (
    method: string,
    path: string,
    body?: unknown,
    authorization = `Bearer ${secret}`,
  ): Promise<Response> =>
    api(
      new Request(`http://castor/api/0/${path}`, {
        method,
        headers: { authorization },
        ...(body === undefined
          ? {}
          : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      }),
      "203.0.113.9",
    );
  const of = "organizations/acme";
  const assemble = async (
    bundle: Uint8Array,
    more: Record<string, unknown>,
  ): Promise<Record<string, unknown>> => {
    const checksum = sha1(bundle);
    const asked = { checksum, chunks: [checksum], projects: ["shop"], ...more };
    const answer = await call("POST", `${of}/artifactbundle/assemble/`, asked);
    return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
  };
  return {
    call,
    assemble,
    sendChunk: (bytes: Uint8Array<ArrayBuffer>, of1 = sha1(bytes), field = "file_gzip") => {
      const form = new FormData();
      const sent = field === "file_gzip" ? Bun.gzipSync(bytes) : bytes;
      form.append(field, new Blob([sent]), of1);
      return call("POST", `${of}/chunk-upload/`, form);
    },
    /** The whole dialogue; gives what the last answer says. */
    async upload(files: readonly File[], more: Record<string, unknown> = {}) {
      const bundle = Uint8Array.from(bundleOf(files));
      const first = await assemble(bundle, more);
      if (first["state"] !== "not_found") return first;
      await this.sendChunk(bundle);
      return await assemble(bundle, more);
    },
  };
}
