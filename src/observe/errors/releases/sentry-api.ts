import { BodyRefused, type Effects, readBytes, Room, route } from "#kernel";
import * as z from "zod";
import type { Config } from "../config.ts";
import { openWith } from "../http.ts";
import { outpostName } from "../intake/picture.ts";
import { openView, projectsView } from "../project.ts";
import {
  chunkBytesMax,
  chunksPerRequest,
  requestBytesMax,
  uploadsPath,
} from "../symbols/uploads.ts";
import { type Asked, bodyOf, told } from "./asked.ts";
import { releaseAnswers } from "./sentry-releases.ts";

const base = "/api/0/";
const room = new Room(64_000_000);
const multipartBytesMax = 65_536;

/** What the `sentry-cli` of Sentry calls, so that it works unmodified with `SENTRY_URL` set to this Castor. */
export const sentryRoute = route<Config>("ALL", `${base}*`, {
  about: "What `sentry-cli` calls: releases, deploys and source maps. Needs an API token.",
  allow: "operator",
  serve: async (request, fx: Effects<Config>) => {
    const share = room.share();
    try {
      const { pathname } = new URL(request.url, "http://castor");
      const hasBody = request.method === "POST" || request.method === "PUT";
      const bytesMax = requestBytesMax + multipartBytesMax;
      const asked = {
        method: request.method,
        body: hasBody ? await readBytes(request, bytesMax, share) : undefined,
        contentType: request.headers.get("content-type") ?? "",
      };
      return await answer(pathname.slice(base.length), asked, fx);
    } catch (why) {
      if (!(why instanceof BodyRefused)) throw why;
      return told(why.status, why.message);
    } finally {
      share.giveBack();
    }
  },
});

async function answer(
  path: string,
  asked: Omit<Asked, "parts" | "project">,
  fx: Effects<Config>,
): Promise<Response> {
  const all = path
    .split("/")
    .filter((each) => each !== "")
    .map(decoded);
  if (all.length === 0) return Response.json(info);
  const [kind, , ...rest] = all;
  if (kind === "organizations") return await ofOrganization({ ...asked, parts: rest }, fx);
  const [project, ...parts] = rest;
  if (kind === "projects" && project !== undefined)
    return await ofOrganization({ ...asked, parts, project }, fx);
  return told(404, "Castor has no such part of Sentry's API.");
}

const info = { version: "0", auth: { scopes: ["project:releases"] }, user: null };

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function ofOrganization(asked: Asked, fx: Effects<Config>): Promise<Response> {
  const [what, ...more] = asked.parts;
  const name = `${asked.method} ${[what, ...more].join("/")}`;
  if (name === "GET chunk-upload") return Response.json(uploadTerms(fx.config));
  if (name === "POST chunk-upload")
    return await upload("chunks", asked.body ?? new Uint8Array(), asked.contentType, fx);
  if (name === "POST artifactbundle/assemble") return await assemble(asked, fx);
  if (name === "GET repos") return Response.json([]);
  if (name === "GET projects") return Response.json(projectList(fx));
  if (what === "releases") return await releaseAnswers({ ...asked, parts: more }, fx);
  return told(404, "Castor has no such part of Sentry's API.");
}

/** What an upload may be like. The address is relative, so that it holds behind any proxy. */
const uploadTerms = (config: Config) => ({
  url: `${base}organizations/castor/chunk-upload/`,
  chunkSize: chunkBytesMax,
  chunksPerRequest,
  maxFileSize: config.sourceMaps.bundleMax,
  maxRequestSize: requestBytesMax,
  concurrency: 2,
  hashAlgorithm: "sha1",
  compression: ["gzip"],
  accept: ["release_files", "artifact_bundles", "artifact_bundles_v2"],
});

const projectList = (fx: Effects<Config>) =>
  fx.view(projectsView).map(({ project, number }) => ({
    ...{ id: String(number), slug: project, name: project, team: null, teams: [] },
  }));

const Assemble = z.object({
  checksum: z.string(),
  chunks: z.array(z.string()),
  projects: z.array(z.string()).min(1),
  version: z.string().max(250).nullish(),
  dist: z.string().max(64).nullish(),
});

async function assemble(asked: Asked, fx: Effects<Config>): Promise<Response> {
  const wanted = bodyOf(asked, Assemble);
  if (wanted instanceof Response) return wanted;
  const numbers = numbersOf(wanted.projects, fx);
  if (numbers instanceof Response) return numbers;
  const { checksum, chunks, version, dist } = wanted;
  const bundle = {
    ...{ checksum, chunks, projects: numbers },
    ...(version ? { release: version } : {}),
    ...(dist ? { dist } : {}),
  };
  const body = Buffer.from(JSON.stringify(bundle));
  return await upload("assemble", body, "application/json", fx);
}

/** The numbers of projects by their names, or the answer that names one that is not there. */
function numbersOf(names: readonly string[], fx: Effects<Config>): number[] | Response {
  const known = new Map(fx.view(projectsView).map((each) => [each.project, each.number]));
  const numbers: number[] = [];
  for (const name of names) {
    const number = known.get(name);
    if (number === undefined) return told(404, `There is no project ${name.slice(0, 60)}.`);
    numbers.push(number);
  }
  return numbers;
}

/** The inbox's own process keeps source maps: it applies them, too. */
async function upload(
  what: "chunks" | "assemble",
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  fx: Effects<Config>,
): Promise<Response> {
  const headers = { "content-type": contentType };
  const pass = (): Promise<Response> =>
    fx.outposts.pass(outpostName, `${uploadsPath}${what}`, { method: "POST", headers, body });
  if (fx.view(openView).open) return await pass();
  return await openWith("the first source maps", fx, pass);
}
