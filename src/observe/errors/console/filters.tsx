import { type ReactNode, useEffect, useState } from "react";
import {
  Button,
  Choice,
  type ErrorFilters,
  type ErrorProjects,
  Field,
  search,
  Segments,
  useAsk,
  usePlace,
} from "#console";

const states = [
  "open",
  "new",
  "ongoing",
  "regressed",
  "escalating",
  "snoozed",
  "ignored",
  "resolved",
];
const names = [
  "project",
  "state",
  "assignee",
  "environment",
  "release",
  "search",
  "sort",
  "span",
] as const;
export type Filters = Record<(typeof names)[number], string>;
const settled = { state: "open", sort: "last", span: "24h" };
const typedMs = 250;
const hidden = ["state", "project", "environment", "release", "assignee", "sort"] as const;

/** What is filtered by, as the address says: a link shows others the same. */
export function useFilters(): Filters {
  const { search: place } = usePlace();
  const values = names.map((name) => [
    name,
    place.get(name) ?? (settled as Record<string, string>)[name] ?? "",
  ]);
  return Object.fromEntries(values) as Filters;
}

const change = (name: string, value: string): void =>
  search(
    { [name]: (settled as Record<string, string>)[name] === value ? undefined : value },
    "replace",
  );
const all = (what: string, values: readonly string[]): (readonly [string, string])[] => [
  ["", what],
  ...values.map((each) => [each, each] as const),
];

export function FilterBar({
  of,
  nameOf,
}: {
  of: Filters;
  nameOf: (id: string) => string;
}): ReactNode {
  const there = useAsk<ErrorFilters>("errors.filters").data;
  const projects = useAsk<ErrorProjects>("errors.projects").data?.projects ?? [];
  const [open, setOpen] = useState(false);
  const used = hidden.filter((name) => of[name] !== ((settled as Filters)[name] ?? "")).length;
  const choice = (name: keyof Filters, label: string, options: (readonly [string, string])[]) => (
    <Choice
      label={label}
      options={
        options.some(([value]) => value === of[name]) ? options : [...options, [of[name], of[name]]]
      }
      value={of[name]}
      onChange={(event) => change(name, event.target.value)}
    />
  );
  return (
    <div className="mb-4 grid gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Words value={of.search} />
        <Segments
          label="Graphs over"
          value={of.span}
          options={["24h", "14d", "90d"].map((each) => [each, each] as const)}
          onPick={(value) => change("span", value)}
        />
      </div>
      {/* On a phone the errors come first. */}
      <Button className="sm:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Hide the filters" : used === 0 ? "Filters" : `Filters (${used})`}
      </Button>
      <div
        className={`grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6 ${open ? "" : "max-sm:hidden"}`}
      >
        {choice(
          "state",
          "State",
          states.map((each) => [each, each] as const),
        )}
        {choice(
          "project",
          "Service",
          all(
            "all",
            projects.map(({ project }) => project),
          ),
        )}
        {choice("environment", "Environment", all("all", there?.environments ?? []))}
        {choice("release", "Release", all("all", there?.releases ?? []))}
        {choice("assignee", "Assigned to", [
          ["", "anybody"],
          ...(there?.assignees ?? []).map((each) => [each, nameOf(each)] as const),
        ])}
        {choice("sort", "Order", [
          ["last", "last seen"],
          ["first", "newest"],
          ["events", "most events"],
        ])}
      </div>
    </div>
  );
}

/** Asked once a pause in the typing says that the words are whole. */
function Words({ value }: { value: string }): ReactNode {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => change("search", typed), typedMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only typing asks; the address follows it.
  }, [typed]);
  return (
    <Field
      className="min-w-0 grow"
      label="Search"
      type="search"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      placeholder="Words of messages, frames, tags and breadcrumbs, or an id such as shop-17"
    />
  );
}
