import { explain, jsonSchema } from "../runtime/explain.ts";
import { version, type Castor } from "../runtime/castor.ts";
import * as z from "zod";

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string(),
});
const Recorded = z.object({
  position: z.number().nullable(),
  events: z.array(z.object({ type: z.string(), data: z.unknown(), says: z.string() })),
});

/** The whole API as OpenAPI 3.1, from the manifests alone. */
export function openApi(castor: Castor): Record<string, unknown> {
  const paths: Record<string, unknown> = {};
  const refusal = {
    description: "Refused, with the reason",
    content: { "application/problem+json": { schema: jsonSchema(Problem) } },
  };
  const json = (schema: unknown) => ({ content: { "application/json": { schema } } });
  for (const { id, verbs } of explain(castor.capabilities))
    for (const verb of verbs) {
      const about = {
        operationId: verb.name,
        tags: [id],
        summary: verb.about,
        "x-castor-allow": verb.allow,
        ...(verb.destroys === undefined ? {} : { "x-castor-destroys": verb.destroys }),
      };
      const output = verb.output ?? jsonSchema(Recorded);
      const responses = { "200": { description: "Done", ...json(output) }, default: refusal };
      paths[`/api/${verb.name}`] =
        verb.kind === "query"
          ? { get: { ...about, parameters: parameters(verb.input), responses } }
          : {
              post: {
                ...about,
                parameters: deedParameters(verb.destroys !== undefined),
                requestBody: { required: true, ...json(verb.input) },
                responses,
              },
            };
    }
  return {
    openapi: "3.1.0",
    info: { title: "Castor", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    security: [{ token: [] }, { session: [] }],
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "castor.session_token" },
      },
    },
    paths,
  };
}

const deedParameters = (destroys: boolean): unknown[] => [
  {
    ...{ name: "dry-run", in: "query", schema: { type: "string", enum: ["true"] } },
    description: "Tells what would happen, and does nothing.",
  },
  ...(destroys
    ? [
        {
          ...{ name: "confirm", in: "query", schema: { type: "string" } },
          description: "The name of what is lost, where nobody else could approve it.",
        },
      ]
    : []),
];

function parameters(input: Record<string, unknown>): unknown[] {
  const { properties = {}, required = [] } = input as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}
