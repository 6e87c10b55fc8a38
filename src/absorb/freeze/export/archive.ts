import { type Effects, route, type Route } from "#kernel";
import type { Cellar } from "../cellar/contract.ts";
import { type Config, siteOf } from "../config.ts";
import { noSnapshot, unknownSite } from "../contract.ts";
import type { Place } from "../crawl/address.ts";
import { indexOf } from "../kept-index.ts";
import type { FrozenIndex } from "../kept/contract.ts";
import { present } from "../present.ts";
import { servicesOf } from "../status.ts";
import { mappingOf } from "./mapping.ts";
import { exported, type Exporting, notFoundPage } from "./rewriting.ts";
import { tarEnd, tarEntry } from "./tar.ts";

/** What is exported: every host of the snapshot is the site's own, written without a port. */
export function exportingOf(index: FrozenIndex, naming: Place["naming"]): Exporting {
  const hosts = new Set(index.files.map(({ key }) => key.slice(0, key.indexOf("/"))));
  return {
    mapping: mappingOf(index),
    place: { authorities: new Map([...hosts].map((host) => [host, host])), naming },
    files: new Map(index.files.map((each) => [each.key, each])),
  };
}

/** The files of a static site, one after the other: path and bytes. */
export async function* exportedFiles(
  exporting: Exporting,
  get: (name: string) => Promise<Uint8Array | undefined>,
): AsyncGenerator<{ path: string; body: Uint8Array }> {
  for (const [key, path] of exporting.mapping.paths) {
    const file = exporting.files.get(key);
    const body = file?.body === "" ? new Uint8Array() : await get(file?.body ?? "");
    if (file !== undefined && body !== undefined)
      yield { path, body: exported(file, body, exporting) };
  }
  yield { path: "404.html", body: Buffer.from(notFoundPage(exporting.mapping.host)) };
}

async function* archived(exporting: Exporting, cellar: Cellar, at: number) {
  for await (const { path, body } of exportedFiles(exporting, (name) => cellar.objects.get(name)))
    yield* tarEntry(path, body, at);
  yield tarEnd();
}

const streamOf = (parts: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void parts.return(),
  });

export const archive: Route = route("GET", "/api/freeze.archive", {
  about: "The last snapshot as a static site, in a tar archive: ?service=blog.",
  allow: "viewer",
  serve: async (request, fx: Effects<Config>) => {
    const only = new URL(request.url).searchParams.get("service") ?? undefined;
    const [service] = servicesOf(fx.config, only);
    const config = service === undefined ? undefined : fx.config.sites[service];
    if (service === undefined || config === undefined) return unknownSite();
    const cellar = fx.equipment<Cellar>("freeze");
    const index = await indexOf(cellar, fx.view(present).taken[service]?.index);
    if (index === undefined) return noSnapshot("castor freeze crawl takes one.");
    const exporting = exportingOf(index, siteOf(service, config, {}));
    return new Response(streamOf(archived(exporting, cellar, index.takenAt)), {
      headers: {
        "content-type": "application/x-tar",
        "content-disposition": `attachment; filename="${service}.tar"`,
        "castor-frozen-at": new Date(index.takenAt).toISOString(),
      },
    });
  },
});
