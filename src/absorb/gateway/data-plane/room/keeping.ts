import { readFileSync } from "node:fs";
import {
  pagesCluster,
  type RoomPicture,
  type RoomsPicture,
} from "../../../waiting-room/workers/contract.ts";
import type { Plane } from "../plane.ts";
import { Rooms } from "./rooms.ts";
import type { Asks } from "./talking.ts";

type RoomsBus = Asks & {
  serve(
    name: string,
    by: { request: (message: { body: unknown }) => Promise<unknown> },
  ): () => void;
};

/** Gives a data plane its rooms while there are any. */
export class RoomKeeping {
  readonly #plane: Plane;
  readonly #rooms: Rooms;
  readonly #leave: () => void;

  /** `life` is the worker's name for as long as it runs: one that starts again is another. */
  constructor(plane: Plane, of: { life: string; bus: RoomsBus }) {
    this.#plane = plane;
    this.#rooms = new Rooms(plane.tallies.tally, { bus: of.bus, worker: of.life });
    this.#leave = of.bus.serve(pagesCluster.name, {
      request: async ({ body }) => {
        const { room, language } = pagesCluster.schema.parse(body);
        return { html: this.#rooms.previewOf(room, language) ?? null };
      },
    });
  }

  apply(picture: RoomsPicture): void {
    this.#rooms.apply({ ...picture, rooms: picture.rooms.map(withTemplate) });
    this.#plane.rooms = this.#rooms.isEmpty ? undefined : this.#rooms;
  }

  /** Control may be back. */
  look(): void {
    this.#rooms.talk();
  }

  close(): void {
    this.#leave();
    this.#plane.rooms = undefined;
    this.#rooms.stop();
  }
}

/** The picture names the operator's own page; where it cannot be read, visitors get the usual one. */
function withTemplate(room: RoomPicture): RoomPicture {
  const { template, ...page } = room.page;
  if (template === undefined) return room;
  try {
    return { ...room, page: { ...page, template: readFileSync(template, "utf8") } };
  } catch (error) {
    process.stderr.write(`gateway: the page of room ${room.id} cannot be read: ${String(error)}\n`);
    return { ...room, page };
  }
}
