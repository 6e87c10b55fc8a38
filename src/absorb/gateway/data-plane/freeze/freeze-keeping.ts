import type { FormBox } from "../../../freeze/cellar/contract.ts";
import {
  freezeCluster,
  type Picture,
  type Site,
  type WorkerVisits,
} from "../../../freeze/contract.ts";
import type { Plane } from "../plane.ts";
import { formsPath, objectsFolder } from "./cellar.ts";
import { openFormBox } from "./form-box.ts";
import { Freezer } from "./freezer.ts";
import { FrozenSite, type Means } from "./frozen-site.ts";
import { Library } from "./library.ts";

type FreezeBus = {
  serve(
    name: string,
    by: { request: (message: { body: unknown }) => Promise<unknown> },
  ): () => void;
};

/** Gives a data plane its freezer once a picture names a service, and answers control's questions. */
export class FreezeKeeping {
  readonly #plane: Plane;
  readonly #data: string;
  readonly #leave: () => void;
  readonly #freezer = new Freezer();
  readonly #libraries = new Map<string, { index: string; text: string; library: Library }>();
  #picture: Picture = { sites: [] };
  #box: FormBox | undefined = undefined;
  #turn = 0;
  readonly #means: Means;

  constructor(plane: Plane, of: { worker: string; data: string; bus: FreezeBus }) {
    this.#plane = plane;
    this.#data = of.data;
    this.#means = {
      tallies: plane.tallies,
      box: () => (this.#box ??= openFormBox(formsPath(of.data))),
      formKey: () => this.#picture.formKey,
      now: () => Date.now(),
    };
    this.#leave = of.bus.serve(freezeCluster, {
      request: async () => this.#tell(of.worker),
    });
  }

  /** What is frozen at once stays frozen while a new snapshot is read. */
  async apply(picture: Picture): Promise<void> {
    const turn = ++this.#turn;
    this.#picture = picture;
    this.#freezer.follow(picture);
    this.#plane.freeze = picture.sites.length === 0 ? undefined : this.#freezer;
    const frozen = picture.sites.filter((site) => site.frozen !== undefined);
    const sites = await Promise.all(
      frozen.map(async (site) => new FrozenSite(site, await this.#libraryOf(site), this.#means)),
    );
    if (turn !== this.#turn) return; // A newer picture came meanwhile.
    this.#freezer.freeze(sites);
    for (const service of this.#libraries.keys())
      if (!frozen.some((site) => site.service === service)) this.#libraries.delete(service);
  }

  async #libraryOf(site: Site): Promise<Library | undefined> {
    const known = this.#libraries.get(site.service);
    const text = JSON.stringify([site.banner, site.memoryBytesMax]);
    const index = site.snapshot?.index ?? "";
    if (known?.index === index && known.text === text) return known.library;
    const library = await Library.open(site, objectsFolder(this.#data));
    if (library !== undefined) this.#libraries.set(site.service, { index, text, library });
    // A snapshot that cannot be read leaves the one before it in its place.
    return library ?? known?.library;
  }

  #tell(worker: string): WorkerVisits {
    const { listeners, routes } = this.#plane.config;
    const ports = this.#plane.ports();
    const doors = listeners.flatMap(({ host, tls, proxyProtocolFrom }, i) => {
      // Only a load balancer is let in there.
      if (proxyProtocolFrom !== undefined) return [];
      const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
      const reached = own.includes(":") ? `[${own}]` : own;
      return [`${tls ? "https" : "http"}://${reached}:${ports[i] ?? 0}`];
    });
    const sites = this.#freezer.visits().map((site) => {
      const named = routes
        .filter(({ service }) => service === site.service)
        .flatMap(({ hosts }) => hosts.filter((host) => !host.includes("*")));
      const used = new Set(site.hosts.map(({ host }) => host));
      const others = [...new Set(named)].filter((host) => !used.has(host));
      return {
        ...site,
        hosts: [...site.hosts, ...others.map((host) => ({ host, authority: host }))],
      };
    });
    return { worker, doors, sites };
  }

  close(): void {
    this.#leave();
    this.#plane.freeze = undefined;
    this.#box?.close();
  }
}
