import { type Effects, route, type Route } from "#kernel";
import type { Cellar } from "./cellar/contract.ts";
import type { Config } from "./config.ts";
import { notKept, noSnapshot } from "./contract.ts";
import { indexOf } from "./kept-index.ts";
import { present } from "./present.ts";

/** Somebody else's page within the console's origin: it may run nothing, load nothing and send nothing. */
const confined =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'";

export const preview: Route = route("GET", "/api/freeze.preview", {
  about: "One page of the last snapshot, its words only: ?service=blog&page=blog.example/.",
  allow: "viewer",
  serve: async (request, fx: Effects<Config>) => {
    const asked = new URL(request.url).searchParams;
    const cellar = fx.equipment<Cellar>("freeze");
    const taken = fx.view(present).taken[asked.get("service") ?? ""];
    const index = await indexOf(cellar, taken?.index);
    if (index === undefined) return noSnapshot();
    const file = index.files.find(({ key, kind }) => key === asked.get("page") && kind === "page");
    const body = file && (await cellar.objects.get(file.body));
    if (file === undefined || body === undefined) return notKept();
    const type = file.fields.find(([name]) => name === "content-type")?.[1] ?? "text/html";
    return new Response(Buffer.from(body), {
      headers: {
        "content-type": type,
        "content-security-policy": confined,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "castor-frozen-at": new Date(file.fetchedAt).toISOString(),
      },
    });
  },
});
