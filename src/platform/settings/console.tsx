import { type ReactNode, useState } from "react";
import {
  Ago,
  Card,
  type Column,
  type Configuration,
  Empty,
  Icon,
  Loading,
  ProblemView,
  Table,
  useLive,
} from "#console";

type Value = Configuration["values"][number];

const shown = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const Origin = ({ origin }: { origin: string }): ReactNode =>
  origin === "default" ? (
    <span className="text-muted">default</span>
  ) : (
    <span className="font-mono text-xs text-accent">{origin}</span>
  );

const columns: Column<Value>[] = [
  {
    head: "Setting",
    cell: ({ path }) => <code className="font-mono text-xs break-all">{path}</code>,
  },
  {
    head: "Value",
    cell: ({ value, secret }) => (
      <code className={`font-mono text-xs break-all ${secret ? "text-muted" : ""}`}>
        {secret ? "hidden" : shown(value)}
      </code>
    ),
  },
  { head: "Comes from", cell: ({ origin }) => <Origin origin={origin} /> },
];

/** The last change that was not taken, with every mistake at once. */
const Refused = ({ refused }: { refused: NonNullable<Configuration["refused"]> }): ReactNode => (
  <div role="alert" className="mb-4 rounded-xl border border-warn/30 bg-warn-soft p-4 text-sm">
    <p className="flex items-center gap-2 font-semibold">
      <Icon name="warning" className="size-5 text-warn" />
      <span>
        The last change was refused <Ago at={refused.at} />, so nothing was changed.
      </span>
    </p>
    <ul className="mt-2 grid gap-2 pl-7">
      {refused.mistakes.map((each) => (
        <li key={`${each.line}:${each.column}:${each.path}`}>
          <code className="font-mono text-xs">
            {each.file}:{each.line}:{each.column}
          </code>{" "}
          <code className="font-mono text-xs">{each.path}</code>: {each.what}
          <span className="block">{each.fix}</span>
        </li>
      ))}
    </ul>
  </div>
);

/** Every value in force and where it comes from. */
export function ConfigurationSection(): ReactNode {
  const { data, error, retry } = useLive<Configuration>("settings.config");
  const [search, setSearch] = useState("");
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the configuration" lines={6} />;
  const wanted = search.toLowerCase();
  const rows = data.values.filter(
    ({ path, value, secret }) =>
      path.toLowerCase().includes(wanted) ||
      (!secret && shown(value).toLowerCase().includes(wanted)),
  );
  return (
    <>
      {data.refused && data.refused.at > data.appliedAt && <Refused refused={data.refused} />}
      <Card
        title={data.file}
        hint={
          <>
            applied <Ago at={data.appliedAt} />; edit the file and it is taken over as one change
          </>
        }
        aside={
          <input
            type="search"
            aria-label="Search the configuration"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className="min-h-9 w-44 rounded-md border border-line-strong bg-surface px-3 text-sm max-sm:min-h-11"
          />
        }
        flush
      >
        {rows.length === 0 ? (
          <Empty icon="file" title="No setting is called that" />
        ) : (
          <Table label="Configuration" rows={rows} columns={columns} keyOf={({ path }) => path} />
        )}
      </Card>
    </>
  );
}
