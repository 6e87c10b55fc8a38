import type { PagesTarget } from "../fallback/settings.ts";
import type { Refusal } from "../refusal.ts";
import type { GatewaySnapshot } from "../snapshot.ts";
import { type Filling, PageFolder } from "./page-folder.ts";

type Kept = { folder: PageFolder; replace: boolean };

/** The operator's own pages: those of a route, and those for everything else. */
export class Pages {
  readonly #byDefault: Kept | undefined;
  readonly #byRoute = new Map<string, Kept>();
  readonly #folders = new Map<string, PageFolder>();

  constructor({ pages, routes }: GatewaySnapshot) {
    this.#byDefault = this.#kept(pages);
    for (const route of routes) {
      const kept = this.#kept(route.pages);
      if (kept !== undefined) this.#byRoute.set(route.id, kept);
    }
  }

  #kept(target: PagesTarget | undefined): Kept | undefined {
    if (target === undefined) return undefined;
    const folder = this.#folders.get(target.folder) ?? new PageFolder(target.folder);
    this.#folders.set(target.folder, folder);
    return { folder, replace: target.replace };
  }

  /** Do they also stand in for the service's own error pages? */
  replaces(route: string): boolean {
    return (this.#byRoute.get(route) ?? this.#byDefault)?.replace === true;
  }

  /** The page for a refusal; a route's own folder may leave some to the default. */
  pageFor(route: string | undefined, refused: Refusal, filling: Filling): string | undefined {
    const own = route === undefined ? undefined : this.#byRoute.get(route);
    return (
      own?.folder.pageFor(refused, filling) ?? this.#byDefault?.folder.pageFor(refused, filling)
    );
  }

  /** Changed files count from now on. */
  look(): void {
    for (const folder of this.#folders.values()) folder.look();
  }
}

/** None where no folder is named. */
export const pagesOf = (config: GatewaySnapshot): Pages | undefined =>
  config.pages === undefined && config.routes.every(({ pages }) => pages === undefined)
    ? undefined
    : new Pages(config);
