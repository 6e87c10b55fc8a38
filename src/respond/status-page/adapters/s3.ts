import type { Net } from "#kernel";
import type { Place } from "../publish/place.ts";
import type { TargetOf } from "../publish/targets.ts";
import { cacheControl, refusal, textOf, unreachable } from "./http-place.ts";

const signedForS = 120;
const togetherMax = 8;

/**
 * A bucket of S3 or of what speaks like it. Bun signs (AWS signature 4), the network port asks: so files carry a
 * `Cache-Control`, without which a CDN before the bucket keeps them for a day.
 */
export function s3(
  target: TargetOf<"s3">,
  of: { net: Pick<Net, "fetch">; signal: AbortSignal },
): Place {
  const { bucket, region, prefix, accessKeyId, secretAccessKey, endpoint } = target;
  const client = new Bun.S3Client({
    ...{ bucket, region, accessKeyId, secretAccessKey },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const keyOf = (path: string): string => (prefix === "" ? path : `${prefix}/${path}`);
  const ask = async (
    method: "GET" | "PUT" | "DELETE",
    path: string,
    more: RequestInit = {},
  ): Promise<Response> => {
    const url = client.presign(keyOf(path), { method, expiresIn: signedForS });
    try {
      return await of.net.fetch(url, {
        ...more,
        ...{ method, redirect: "manual", signal: of.signal },
      });
    } catch (why) {
      throw unreachable(new URL(url).host, why);
    }
  };
  const done = async (what: string, answer: Response): Promise<void> => {
    if (!answer.ok && !(what.startsWith("DELETE") && answer.status === 404))
      throw await refusal(what, answer);
    await answer.body?.cancel();
  };
  return {
    async read(path) {
      const answer = await ask("GET", path);
      if (answer.ok) return await textOf(path, answer);
      const error = await refusal(`GET ${path}`, answer);
      // Without the right to list, S3 says 403 of what is not there.
      if (
        answer.status === 404 ||
        (answer.status === 403 && error.message.includes("AccessDenied"))
      )
        return undefined;
      throw error;
    },
    async write(changes) {
      const put = async ({ path, file }: (typeof changes)[number]): Promise<void> => {
        if (file === undefined) return await done(`DELETE ${path}`, await ask("DELETE", path));
        const headers = { "content-type": file.type, "cache-control": cacheControl(path) };
        await done(`PUT ${path}`, await ask("PUT", path, { headers, body: file.body }));
      };
      // What nothing leads to yet may go together; the rest keeps its order.
      const first = changes.findIndex(({ path, file }) => !file || path.endsWith("index.html"));
      const ahead = changes.slice(0, first === -1 ? changes.length - 1 : first);
      for (let at = 0; at < ahead.length; at += togetherMax)
        await Promise.all(ahead.slice(at, at + togetherMax).map(put));
      for (const each of changes.slice(ahead.length)) await put(each);
    },
  };
}
