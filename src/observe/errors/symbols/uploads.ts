import {
  BodyRefused,
  type Crew,
  decodeBody,
  type Outpost,
  readBytes,
  Room,
  StoreFull,
} from "#kernel";
import * as z from "zod";
import type { Artifacts, Bundle } from "./artifacts.ts";
import type { BundleTask, Unpacked } from "./bundle.ts";

/** Where control passes uploads on to; nothing from outside has such a path. */
export const uploadsPath = "/uploads/";

/** Small pieces, few at once: what is under way is held in memory three times. */
export const chunkBytesMax = 2_097_152;
export const chunksPerRequest = 4;
export const requestBytesMax = chunkBytesMax * chunksPerRequest;
const multipartBytesMax = 65_536;
const atOnceBytesMax = 64_000_000;
const unpackedTimes = 12;
const chunksMax = 20_000;

const Sha1 = z.string().regex(/^[0-9a-f]{40}$/);
export const Assemble = z.object({
  checksum: Sha1,
  chunks: z.array(Sha1).max(chunksMax),
  projects: z.array(z.number().int()).min(1).max(100),
  release: z.string().max(250).optional(),
  dist: z.string().max(64).optional(),
});

export type MapLimits = { storageBytesMax: number; bundleBytesMax: number; mapBytesMax: number };
/** As Sentry says how an upload stands. */
type Standing = { state: "ok" | "error" | "not_found"; missingChunks: string[]; detail?: string };

/** Takes uploads of source maps in pieces, and puts the pieces together. What is said to be "ok" is on disk. */
export class Uploads {
  readonly #outpost: Outpost;
  readonly #artifacts: Artifacts;
  readonly #crew: Crew<BundleTask, Unpacked>;
  readonly #limits: () => MapLimits | undefined;
  readonly #room = new Room(atOnceBytesMax);
  readonly #underWay = new Map<string, Promise<Standing>>();
  readonly #arrived: () => void;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(of: {
    outpost: Outpost;
    artifacts: Artifacts;
    crew: Crew<BundleTask, Unpacked>;
    limits: () => MapLimits | undefined;
    arrived: () => void;
  }) {
    this.#outpost = of.outpost;
    this.#artifacts = of.artifacts;
    this.#crew = of.crew;
    this.#limits = of.limits;
    this.#arrived = of.arrived;
  }

  /** Nothing when it is no upload. */
  answer(request: Request): Promise<Response> | undefined {
    const { pathname } = new URL(request.url);
    return pathname.startsWith(uploadsPath) ? this.#take(request, pathname) : undefined;
  }

  async #take(request: Request, pathname: string): Promise<Response> {
    const share = this.#room.share();
    try {
      const limits = this.#limits();
      if (!limits) return told(503, "The inbox is starting.");
      const body = await readBytes(request, requestBytesMax + multipartBytesMax, share);
      if (pathname === `${uploadsPath}chunks`) return await this.#takeChunks(request, body, limits);
      const asked = Assemble.safeParse(JSON.parse(new TextDecoder().decode(body)));
      if (!asked.success) return told(400, "That is no request to assemble a bundle.");
      return Response.json(await this.#assemble(asked.data, limits));
    } catch (why) {
      if (why instanceof BodyRefused) return told(why.status, why.message);
      if (why instanceof StoreFull) return told(503, "The disk for source maps is full.");
      this.#outpost.note(`An upload could not be kept: ${String(why)}`);
      return told(503, "The upload could not be kept.");
    } finally {
      share.giveBack();
    }
  }

  async #takeChunks(
    request: Request,
    body: Uint8Array<ArrayBuffer>,
    limits: MapLimits,
  ): Promise<Response> {
    if (this.#artifacts.bytes() > 2 * limits.storageBytesMax)
      return told(503, "There are more uploads than storageMax lets in.");
    const type = request.headers.get("content-type") ?? "";
    const form = await new Response(body, { headers: { "content-type": type } })
      .formData()
      .catch(() => undefined);
    if (!form) return told(400, "That is no multipart form.");
    for (const [field, file] of form.entries() as Iterable<[string, string | File]>) {
      if (typeof file === "string") continue;
      const bytes = plainChunk(field, await file.bytes());
      const sha1 = sha1Of(bytes);
      if (sha1 !== file.name)
        return told(
          400,
          `The piece ${file.name.slice(0, 40)} is ${sha1}: it was damaged on the way.`,
        );
      await this.#artifacts.putChunk(sha1, bytes, this.#outpost.clock.now());
    }
    return Response.json({});
  }

  async #assemble(bundle: Bundle, limits: MapLimits): Promise<Standing> {
    const { checksum, projects, release = "", dist = "" } = bundle;
    const id = [checksum, projects.toSorted((a, b) => a - b).join(","), release, dist].join("\n");
    if (this.#artifacts.isAssembled(id)) return { state: "ok", missingChunks: [] };
    const missingChunks = this.#artifacts.missing(bundle.chunks);
    if (missingChunks.length > 0 || bundle.chunks.length === 0)
      return { state: "not_found", missingChunks };
    const known = this.#underWay.get(id);
    if (known) return await known;
    // One at a time: each is whole in memory.
    const work = this.#turn
      .then(() => this.#putTogether(id, bundle, limits))
      .finally(() => this.#underWay.delete(id));
    this.#turn = work.catch(() => {});
    this.#underWay.set(id, work);
    return await work;
  }

  async #putTogether(id: string, bundle: Bundle, limits: MapLimits): Promise<Standing> {
    const failed = (detail: string): Standing => ({ state: "error", missingChunks: [], detail });
    const { bundleBytesMax, mapBytesMax } = limits;
    if (bundle.chunks.length * chunkBytesMax > bundleBytesMax + chunkBytesMax)
      return failed(`The bundle has more than ${bundleBytesMax} bytes.`);
    const bytes = joined(bundle.chunks.map((sha1) => this.#artifacts.chunk(sha1)));
    if (sha1Of(bytes) !== bundle.checksum) return failed("The bundle's checksum is another.");
    const bytesMax = unpackedTimes * bundleBytesMax;
    const unpacked = await this.#crew.work({ bytes, mapBytesMax, bytesMax });
    if ("fault" in unpacked) return failed(unpacked.fault);
    await this.#artifacts.put(id, bundle, unpacked, this.#outpost.clock.now());
    this.#arrived();
    return { state: "ok", missingChunks: [] };
  }
}

/** In a buffer of its own, which may go to a thread without being copied. */
function joined(pieces: readonly (Uint8Array | undefined)[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, each) => sum + (each?.length ?? 0), 0));
  let at = 0;
  for (const piece of pieces) {
    if (piece) all.set(piece, at);
    at += piece?.length ?? 0;
  }
  return all;
}

const told = (status: number, detail: string): Response => Response.json({ detail }, { status });
const sha1Of = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha1").update(bytes).digest("hex");

/** `file_gzip` is packed; a piece that unpacks to more than one is none. Throws BodyRefused. */
const plainChunk = (field: string, sent: Uint8Array): Uint8Array =>
  decodeBody(sent, field === "file_gzip" ? "gzip" : null, chunkBytesMax);
