import type { Net } from "#kernel";
import type { Place } from "../publish/place.ts";
import type { TargetOf } from "../publish/targets.ts";
import { refusal, textOf, unreachable } from "./http-place.ts";

const besideName = ".castor-new";

async function must(what: string, answer: Response, alsoFine: readonly number[] = []) {
  if (!answer.ok && !alsoFine.includes(answer.status)) throw await refusal(what, answer);
  await answer.body?.cancel();
}

/** A folder of a WebDAV server (RFC 4918): each file is put beside its place and moved over it. */
export function webdav(
  { url, user, password }: TargetOf<"webdav">,
  of: { net: Pick<Net, "fetch">; signal: AbortSignal },
): Place {
  const root = url.endsWith("/") ? url : `${url}/`;
  const credentials =
    user === undefined || password === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Response> => {
    try {
      return await of.net.fetch(`${root}${path}`, {
        ...{ method, headers: { ...headers, ...credentials } },
        ...{ redirect: "manual", signal: of.signal },
        ...(body === undefined ? {} : { body }),
      });
    } catch (why) {
      throw unreachable(new URL(root).host, why);
    }
  };
  const made = new Set([""]);
  const makeFolder = async (folder: string): Promise<void> => {
    if (made.has(folder)) return;
    await makeFolder(folder.slice(0, Math.max(0, folder.lastIndexOf("/"))));
    // 405: it is there already.
    await must(`MKCOL ${folder}`, await ask("MKCOL", `${folder}/`), [405]);
    made.add(folder);
  };
  return {
    async read(path) {
      const answer = await ask("GET", path);
      if (answer.ok) return await textOf(path, answer);
      if (answer.status === 404) return undefined;
      throw await refusal(`GET ${path}`, answer);
    },
    async write(changes) {
      for (const { path, file } of changes) {
        if (file === undefined) {
          await must(`DELETE ${path}`, await ask("DELETE", path), [404]);
          continue;
        }
        const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
        await makeFolder(folder);
        const beside = folder === "" ? besideName : `${folder}/${besideName}`;
        const put = await ask("PUT", beside, { "content-type": file.type }, file.body);
        await must(`PUT ${path}`, put);
        const headers = { destination: `${root}${path}`, overwrite: "T" };
        await must(`MOVE ${path}`, await ask("MOVE", beside, headers));
      }
    },
  };
}
