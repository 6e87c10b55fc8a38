import * as z from "zod";
import type { Capability } from "../manifest/capability.ts";
import type { Verb as Declared } from "../manifest/decisions.ts";

const Schema = z.record(z.string(), z.unknown());
const Verb = z.object({
  name: z.string(),
  kind: z.enum(["command", "action", "query"]),
  about: z.string(),
  allow: z.string(),
  input: Schema,
  output: Schema.optional(),
  /** What is lost by it; then it may need a second person. */
  destroys: z.string().optional(),
});
export const Manifest = z.array(
  z.object({
    id: z.string(),
    about: z.string(),
    verbs: z.array(Verb),
    events: z.array(z.object({ type: z.string(), data: Schema })),
    problems: z.array(z.object({ type: z.string(), status: z.number(), title: z.string() })),
    counters: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        labels: z.array(z.string()),
        unit: z.string(),
      }),
    ),
    gauges: z.array(z.object({ name: z.string(), labels: z.array(z.string()), about: z.string() })),
    routes: z.array(
      z.object({ method: z.string(), path: z.string(), about: z.string(), allow: z.string() }),
    ),
    config: Schema,
  }),
);
export type Manifest = z.infer<typeof Manifest>;

/** A zod schema as JSON Schema; what JSON Schema cannot say (transforms) becomes the type before it. */
export const jsonSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    unrepresentable: "any",
    io: "input",
  }) as Record<string, unknown>;
  return rest;
};

const lossIn = ({ destroys }: Declared): { destroys?: string } =>
  destroys && "what" in destroys ? { destroys: destroys.what } : {};

/** Manifests as data: what HTTP, CLI, documentation and the console derive from. */
export const explain = (capabilities: readonly Capability[]): Manifest =>
  capabilities.map((each) => ({
    id: each.id,
    about: each.about,
    verbs: [
      ...each.commands.map((c) => ({
        name: c.name,
        kind: c.kind,
        about: c.about,
        allow: c.allow,
        input: jsonSchema(c.input),
        ...lossIn(c),
      })),
      ...each.actions.map((a) => ({
        name: a.name,
        kind: a.kind,
        about: a.about,
        allow: a.allow,
        input: jsonSchema(a.input),
        output: jsonSchema(a.output),
        ...lossIn(a),
      })),
      ...each.answers.map(({ query: q }) => ({
        name: q.name,
        kind: "query" as const,
        about: q.about,
        allow: q.allow,
        input: jsonSchema(q.input),
        output: jsonSchema(q.output),
      })),
    ],
    events: each.emits.map((def) => ({ type: def.type, data: jsonSchema(def.schema) })),
    problems: each.refuses.map(({ type, status, title }) => ({ type, status, title })),
    counters: each.counts.map(({ name, kind, labels, unit }) => ({
      name,
      kind,
      labels: [...labels],
      unit,
    })),
    gauges: each.gauges.map(({ name, labels, about }) => ({ name, labels: [...labels], about })),
    routes: each.routes.map(({ method, path, about, allow }) => ({ method, path, about, allow })),
    config: jsonSchema(each.config),
  }));
