import { type Json, recordOf, textOf } from "./json.ts";

/** A message as it was written in the program, and as it reads with what was put in. */
export type Message = { template: string; formatted: string };

const paramsMax = 50;

export function messageOf(sent: Json): Message | undefined {
  for (const each of [sent["logentry"], sent["message"]]) {
    const bare = textOf(each);
    if (bare?.trim()) return { template: bare, formatted: bare };
    const record = recordOf(each);
    const template = textOf(record?.["message"]);
    const said = textOf(record?.["formatted"]);
    const formatted = said?.trim() ? said : template && filled(template, record?.["params"]);
    if (formatted?.trim()) return { template: template?.trim() ? template : formatted, formatted };
  }
  return undefined;
}

const shown = (value: unknown): string =>
  textOf(value, 500) ?? (JSON.stringify(value) ?? "").slice(0, 500);

/** `%s of %(shop)s`, `{0} of {shop}`, `{} of {}` with their values, as SDKs that send no `formatted` leave it to the server. */
function filled(template: string, params: unknown): string {
  const list: unknown[] = Array.isArray(params) ? (params as unknown[]).slice(0, paramsMax) : [];
  const named = recordOf(params);
  if (list.length === 0 && !named) return template;
  let next = 0;
  return template.replaceAll(
    /%%|%(?:\((\w{1,60})\))?[-+ 0#]*\d*(?:\.\d+)?[sdifgxr]|\{(\w{0,60})\}/g,
    (whole, byPercent?: string, byBrace?: string) => {
      if (whole === "%%") return "%";
      const name = byPercent ?? (byBrace || undefined);
      const isIndex = name !== undefined && /^\d+$/.test(name);
      const value =
        name === undefined ? list[next++] : isIndex ? list[Number(name)] : named?.[name];
      return value === undefined ? whole : shown(value);
    },
  );
}
