import { expect, test } from "bun:test";
import { changesOf, listedIn, listPath, publishTo } from "../publish/changes.ts";
import type { Place } from "../publish/place.ts";
import type { Bundle } from "../render/bundle.ts";

/** A server, an account and a folder there, and how a reader sees what stands in it. */
export type Ground = AsyncDisposable & {
  place(): Promise<Place> | Place;
  /** As somebody who only reads it; undefined where nothing is. */
  look(path: string): Promise<string | undefined>;
  /** From now on it cannot be reached, or lets nobody in. */
  breaks(): Promise<void>;
  secrets: readonly string[];
};

const html = "text/html; charset=utf-8";
export const bundleWith = (pages: Record<string, string>): Bundle =>
  new Map(Object.entries(pages).map(([path, body]) => [path, { type: html, body }]));
const first = {
  "api/v2/status.json": "{}",
  "incidents/abc/index.html": "An incident, with ünïcödé",
  "fr/index.html": "Bonjour",
  "index.html": "One",
  "pulse.json": '{"at":1}',
};

/** What every place promises; the ground is made once for all of it. */
export function placeConformance(
  name: string,
  open: () => Promise<Ground>,
  of: { isHere: boolean },
): void {
  test.skipIf(!of.isHere)(
    `${name}: a page is put there whole, then only what changed, and what is gone goes`,
    async () => {
      await using ground = await open();
      const one = await publishTo(await ground.place(), bundleWith(first), undefined);
      expect(one.files).toBe(6);
      for (const [path, body] of Object.entries(first)) expect(await ground.look(path)).toBe(body);

      const { "incidents/abc/index.html": _gone, ...rest } = first;
      const second = bundleWith({ ...rest, "index.html": "Two" });
      // Whoever publishes next knows nothing: what stands there says what it is.
      const two = await publishTo(await ground.place(), second, undefined);
      expect(two.files).toBe(3);
      expect(await ground.look("index.html")).toBe("Two");
      expect(await ground.look("fr/index.html")).toBe("Bonjour");
      expect(await ground.look("incidents/abc/index.html")).toBeUndefined();
      expect(listedIn((await ground.look(listPath)) ?? "")).toEqual(two.listed);

      const three = await publishTo(await ground.place(), second, two.listed);
      expect(three.files).toBe(0);

      await ground.breaks();
      const place = await ground.place();
      const failed = await place
        .write(changesOf(two.listed, bundleWith(first)).changes)
        .then(() => "nothing failed")
        .catch((error: Error) => error.message);
      expect(failed).not.toBe("nothing failed");
      expect(failed.length).toBeLessThan(500);
      for (const secret of ground.secrets) expect(failed).not.toContain(secret);
    },
    30_000,
  );
}
