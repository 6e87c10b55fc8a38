import { snapshot } from "#kernel/contract";
import * as z from "zod";

/** How the inbox's outpost is called: its process, its socket and its store. */
export const outpostName = "errors-intake";

const Project = z.object({
  number: z.number().int(),
  project: z.string(),
  keys: z.array(z.string()),
  eventsPerMinuteMax: z.number(),
  newIssuesPerHourMax: z.number(),
  /** By path, the last that fits decides. */
  owners: z.array(z.object({ path: z.string(), owner: z.string() })).default([]),
  scrub: z.object({
    keys: z.array(z.string()),
    keepKeys: z.array(z.string()),
    patterns: z.array(z.string()),
    variables: z.enum(["keep", "drop"]),
    addresses: z.enum(["keep", "drop"]),
  }),
});
export type PictureProject = z.infer<typeof Project>;

/** What the outpost works from, also while control is away. */
export const picture = snapshot(
  "errors",
  z.object({
    projects: z.array(Project),
    storageBytesMax: z.number(),
    keptMs: z.number(),
    bodyBytesMax: z.number(),
    decodedBytesMax: z.number(),
    eventBytesMax: z.number(),
    attachmentBytesMax: z.number(),
    falsePagesPerWeek: z.number(),
    maps: z.object({
      storageBytesMax: z.number(),
      bundleBytesMax: z.number(),
      mapBytesMax: z.number(),
      keptMs: z.number(),
    }),
  }),
);
export type Picture = z.infer<typeof picture.schema>;
