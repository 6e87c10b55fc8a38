import * as z from "zod";

/** Milliseconds since the epoch, or a duration in milliseconds. */
export type Millis = number;

/** The roles, weakest first: each may do all that the ones before it may. */
export const roles = ["viewer", "responder", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** Who did it. `id` is stable and carries no personal data; `name` is for people to read. */
export const Actor = z.object({
  kind: z.enum(["person", "token", "system"]),
  id: z.string(),
  name: z.string().optional(),
});
export type Actor = z.infer<typeof Actor>;

/** What people call a thing or themselves: one line, free of what steers a terminal or turns the words beside it around. */
export const GivenName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(
    /^[^\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u,
    "Write it without control characters",
  );

/** A fact: something that happened. `stream` is set when it belongs elsewhere than to the command's own stream. */
export type Event<T extends string = string, D = unknown> = { type: T; data: D; stream?: string };

export type EventDef<T extends string = string, D = unknown> = ((
  data: D,
  to?: { stream: string },
) => Event<T, D>) & {
  type: T;
  schema: z.ZodType<D>;
  /** One sentence for people: what happened. */
  says: (data: D) => string;
  /** It changes how something runs: what breaks soon after may come from it. */
  isChange?: true;
  /** One for each time the shape changed, oldest first: turns the data of one shape into the next. Only ever add at the end. */
  upcast?: readonly ((data: unknown) => unknown)[];
  /** Whose key encrypts the fields marked `sensitive`. */
  subject?: (data: D) => string;
};
/** Any event definition, where its payload type is of no matter. */
export type EventLike = ((...args: never[]) => Event) & { type: string };
export type EventOf<T> = T extends (...args: never[]) => infer E ? E : never;

/** Declares a fact of a capability: `event("silences.started", Silence, { says: (s) => … })`. */
export function event<const T extends string, D>(
  type: T,
  schema: z.ZodType<D>,
  about: {
    says: (data: D) => string;
    isChange?: true;
    upcast?: readonly ((data: unknown) => unknown)[];
    subject?: (data: D) => string;
  },
): EventDef<T, D> {
  const make = (data: D, to?: { stream: string }): Event<T, D> =>
    to ? { type, data, stream: to.stream } : { type, data };
  return Object.assign(make, { type, schema, ...about });
}

/** Marks a string field that the log stores encrypted under its subject's key; after erasure it reads `ERASED`. */
export const sensitive = (): z.ZodString => z.string().meta({ sensitive: true });
export const ERASED = "[erased]";
/** What stands for a sensitive value where it is not told. */
export const HIDDEN = "••••••";

export type Problem = {
  type: string;
  status: number;
  title: string;
} & ((detail?: string, more?: Record<string, unknown>) => Refusal);
/** An expected "no", as a value. */
export type Refusal = {
  refused: true;
  problem: Problem;
  detail: string;
  more: Record<string, unknown>;
};

/** Declares a refusal of a capability (RFC 9457); its page is docs/problems/<type>.md. */
export function problem(type: string, status: number, title: string): Problem {
  const refuse = (detail = title, more: Record<string, unknown> = {}): Refusal => ({
    refused: true,
    problem: made,
    detail,
    more,
  });
  const made: Problem = Object.assign(refuse, { type, status, title });
  return made;
}
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === "object" && value !== null && (value as Refusal).refused === true;

export type Query<I = unknown, O = unknown> = {
  name: string;
  input: z.ZodType<I>;
  output: z.ZodType<O>;
  allow: Role;
  about: string;
};
/** Declares a question that a capability answers over `GET /api/<name>`; viewers may ask unless told otherwise. */
export function query<I, O>(
  name: string,
  input: z.ZodType<I>,
  output: z.ZodType<O>,
  about: { about: string; allow?: Role },
): Query<I, O> {
  return { name, input, output, allow: about.allow ?? "viewer", about: about.about };
}

/** A verb that its owner lets other capabilities give; `I` is what its schema reads, `O` its output where that is wanted. */
export type Order<I = unknown, O = undefined> = {
  name: string;
  input?: I;
  output?: O;
  isAnswered?: true;
};
/** Publishes a command or an action to other capabilities: `order<{ reason: string }>("cache.serve-stale")`. */
export const order = <I>(name: string): Order<I> => ({ name });
/** Publishes an action whose output whoever gives it goes on with. */
export const orderFor = <I, O>(name: string): Order<I, O> => ({ name, isAnswered: true });

/** What a counter adds up: a plain sum, how many different values, or a distribution. */
export type CounterKind = "sum" | "uniques" | "quantiles";
export type CounterDef<L extends string = string> = {
  name: string;
  kind: CounterKind;
  labels: readonly L[];
  unit: string;
};
/** Declares numbers over time: `counter("gateway.requests", "sum", ["route", "status"], "requests")`. */
export function counter<const L extends string>(
  name: string,
  kind: CounterKind,
  labels: readonly L[],
  unit: string,
): CounterDef<L> {
  return { name, kind, labels, unit };
}

/** A signal heard now or never, with a schema: declared once, published and heard by name. */
export type Topic<M = unknown> = { name: string; schema: z.ZodType<M> };
export const topic = <M>(name: string, schema: z.ZodType<M>): Topic<M> => ({ name, schema });

/** What a process outside control works from: kept on disk, replaced as one. */
export type SnapshotDef<S = unknown> = { name: string; schema: z.ZodType<S> };
export const snapshot = <S>(name: string, schema: z.ZodType<S>): SnapshotDef<S> => ({
  name,
  schema,
});

/** A duration in configuration: `"30s"`, `"5m"`, `"250ms"`, `"1h"`, `"7d"`; read as milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'Write a duration such as "250ms", "30s", "5m", "1h" or "7d"')
  .transform((text): Millis => {
    const [, count = "0", unit = "ms"] = /^([\d.]+)(ms|s|m|h|d)$/.exec(text) ?? [];
    return (
      Number(count) *
      { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit as "ms" | "s" | "m" | "h" | "d"]
    );
  });

/** A size in configuration: `"512KB"`, `"128MB"`, `"1GB"`; read as bytes, a KB being 1024. */
export const Bytes = z
  .string()
  .regex(/^\d+(\.\d+)?(B|KB|MB|GB)$/, 'Write a size such as "512KB", "128MB" or "1GB"')
  .transform((text) => {
    const [, count = "0", unit = "B"] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
    return Math.round(
      Number(count) *
        { B: 1, KB: 1024, MB: 1_048_576, GB: 1_073_741_824 }[unit as "B" | "KB" | "MB" | "GB"],
    );
  });
