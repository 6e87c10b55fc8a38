import { Duration } from "#kernel";
import * as z from "zod";
import { WarmUp } from "./warm-up.ts";

const instancesMax = 64;
const dependentsMax = 10_000;
const reservedNames = ["control", "gateway", "keeper"];

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'Use small letters, digits and "-", and begin with a letter')
  .refine((name) => !reservedNames.includes(name), "Castor itself uses this name");

const Url = z
  .url({ protocol: /^http$/, error: "Write an address such as http://127.0.0.1:3000" })
  .refine((text) => {
    const { pathname, search, hash, username } = new URL(text);
    return pathname === "/" && search === "" && hash === "" && username === "";
  }, "Write only http://host:port: what visitors ask for is passed on as it is");

const Health = z
  .object({
    path: z
      .string()
      .startsWith("/", 'Write a path such as "/health"')
      .optional()
      .describe("Asked with GET; 200 to 399 is well. Without it, accepting a connection is well."),
    every: Duration.prefault("5s").describe("How often, while it is well; ±10 % by chance."),
    timeout: Duration.prefault("2s").describe("A check that takes longer has failed."),
    healthyAfter: z.number().int().min(1).max(20).default(1).describe("So many passes in a row."),
    unhealthyAfter: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe("So many failures in a row."),
  })
  .strict();

const Service = z
  .object({
    run: z
      .union([z.string().min(1), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "How to start an instance: a line for the shell, or a program and its arguments. It is to listen on $PORT.",
      ),
    url: z
      .union([Url, z.array(Url).min(1).max(instancesMax)])
      .optional()
      .describe("Where it already runs, for what Castor does not start; one address or several."),
    cwd: z
      .string()
      .optional()
      .describe("The folder to start in, seen from the configuration file; else its own folder."),
    env: z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "This cannot name a variable"),
        z.union([z.string(), z.number(), z.boolean()]).transform(String).meta({ secret: true }),
      )
      .default({})
      .describe("Added to the environment that Castor was started in."),
    instances: z.number().int().min(1).max(instancesMax).default(1).describe("How many to run."),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535 - instancesMax)
      .optional()
      .describe("The first instance's port, the next has the next; else Castor finds free ones."),
    health: z
      .union([Health, z.literal(false)])
      .prefault({})
      .describe("How it is checked; false for what does not listen."),
    warmUp: WarmUp.optional().describe(
      "Requests that a new instance gets before visitors come; it is not healthy before.",
    ),
    stop: z
      .object({
        signal: z.enum(["SIGTERM", "SIGINT", "SIGQUIT"]).default("SIGTERM"),
        drain: Duration.prefault("250ms").describe(
          "So long it gets no new visitors before it is asked to stop.",
        ),
        grace: Duration.prefault("10s").describe("Then its whole process group is killed."),
      })
      .strict()
      .prefault({}),
    restart: z
      .object({
        first: Duration.prefault("250ms").describe("The first pause after it ended by itself."),
        max: Duration.prefault("30s").describe("The longest pause; each is twice the one before."),
      })
      .strict()
      .prefault({}),
    nice: z.number().int().min(-20).max(19).optional().describe("Its priority: 19 is the least."),
  })
  .strict()
  .refine(({ run, url }) => (run === undefined) !== (url === undefined), {
    error: "Say either how to run it (run) or where it is (url)",
  })
  .refine(({ warmUp, health }) => warmUp === undefined || health !== false, {
    error: "A warm-up needs health checks: they say when an instance can be asked",
    path: ["warmUp"],
  });
export type Service = z.infer<typeof Service>;

export const Config = z
  .object({
    services: z
      .record(Name, Service)
      .default({})
      .describe("What Castor runs or stands in front of."),
    dependsOn: z
      .record(z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(100))
      .refine((all) => Object.keys(all).length <= dependentsMax, `${dependentsMax} at most`)
      .default({})
      .describe(
        "Which service needs which others, also such that Castor does not run: of what fails together, only the root pages.",
      ),
  })
  .strict();
export type Config = z.infer<typeof Config>;
