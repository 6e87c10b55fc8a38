import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cellar } from "../../../freeze/cellar/contract.ts";
import type { Picture, Site } from "../../../freeze/contract.ts";
import type { FrozenFile, FrozenIndex } from "../../../freeze/kept/contract.ts";
import { Backend, type World, world } from "../world.testing.ts";
import { openCellar } from "./cellar.ts";
import { FreezeKeeping } from "./freeze-keeping.ts";
import { publicKeyOf } from "./sealing.ts";

export const secret = Buffer.alloc(32, 7);
export const html = "<!doctype html><title>A</title><body><h1>Words</h1></body>";

export const site: Site = {
  service: "shop",
  pagesMax: 100,
  dropQuery: ["utm_*"],
  queryBytesMax: 256,
  forms: [],
  formsOtherwise: "refuse",
  formBytesMax: 4_096,
  formsCountMax: 3,
  formsBytesMax: 1_000_000,
  memoryBytesMax: 1_000_000,
  banner: { language: "auto", zone: "UTC" },
};

type Kept = { path: string; body: string } & Partial<Omit<FrozenFile, "body" | "key">>;

export const page = (path: string, body = html, over: Partial<Kept> = {}): Kept => ({
  ...{ path, body, kind: "page", title: `Title of ${path}`, bannerAt: body.indexOf("</body>") },
  fields: [["content-type", "text/html; charset=utf-8"]],
  ...over,
});
export const file = (path: string, type: string, body: string): Kept => ({
  ...{
    path,
    body,
    kind: "file",
    fields: [
      ["content-type", type],
      ["cache-control", "max-age=60"],
    ],
  },
});

export type FreezeWorld = World & {
  backend: Backend;
  cellar: Cellar;
  keeping: FreezeKeeping;
  data: string;
  picture: (over?: Partial<Site>) => Picture;
  visits: () => Promise<unknown>;
};

/** A data plane whose only service is frozen on a snapshot of these files, copied so many milliseconds ago. */
export async function frozenWorld(
  kept: readonly Kept[],
  of: { over?: Partial<Site>; agoMs?: number; backend?: Backend } = {},
): Promise<FreezeWorld> {
  const data = mkdtempSync(join(tmpdir(), "castor-freeze-"));
  const backend =
    of.backend ??
    new Backend((wire) => wire.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\norigin"));
  const cellar = openCellar(data);
  const fetchedAt = Date.now() - (of.agoMs ?? 0);
  const files = await Promise.all(
    kept.map(async ({ path, body, ...rest }): Promise<FrozenFile> => ({
      ...{ key: `shop.example${path}`, kind: "file", status: 200, fields: [], fetchedAt },
      ...{ title: "", language: "", bannerAt: -1, validators: {}, bytes: body.length },
      ...rest,
      body: await cellar.objects.put(Buffer.from(body)),
    })),
  );
  const visited = files.map(({ key }) => ({ key, visits: 1 }));
  const index: FrozenIndex = {
    service: "shop",
    takenAt: fetchedAt,
    files,
    visited,
    missing: [],
    external: [],
  };
  const name = await cellar.objects.put(Buffer.from(JSON.stringify(index)));
  const made = world([backend]);
  let serve: ((message: { body: unknown }) => Promise<unknown>) | undefined;
  const bus = {
    serve: (_: string, by: { request: (message: { body: unknown }) => Promise<unknown> }) => {
      serve = by.request;
      return () => {};
    },
  };
  const keeping = new FreezeKeeping(made.plane, { worker: "gateway-1", data, bus });
  const picture = (over: Partial<Site> = {}): Picture => ({
    sites: [
      {
        ...{ ...site, snapshot: { index: name, takenAt: fetchedAt } },
        ...{ frozen: { since: fetchedAt, reason: "front page" }, ...of.over, ...over },
      },
    ],
    formKey: publicKeyOf(secret),
  });
  await keeping.apply(picture());
  const dispose = made[Symbol.dispose].bind(made);
  return Object.assign(made, {
    ...{ backend, cellar, keeping, data, picture },
    visits: async () => serve?.({ body: "visits" }),
    [Symbol.dispose]: () => {
      keeping.close();
      cellar.forms.close();
      dispose();
      backend.stop();
      rmSync(data, { recursive: true, force: true });
    },
  });
}
