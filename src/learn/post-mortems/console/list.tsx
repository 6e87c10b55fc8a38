import { type ReactNode, useState } from "react";
import {
  Ago,
  Badge,
  Card,
  count,
  date,
  Empty,
  Link,
  Loading,
  PageHead,
  type PostMortemHead,
  type PostMortems,
  ProblemView,
  span,
  Table,
  useAsk,
  useLive,
  useNow,
  usePageKeys,
  useWho,
} from "#console";
import { type Due, duesOf, openOf, pageOf, severityTone, stateTone, stateWords } from "./words.ts";

const State = ({ state }: Pick<PostMortemHead, "state">): ReactNode => (
  <Badge tone={stateTone[state]}>{stateWords[state]}</Badge>
);

const columns = [
  {
    head: "Post-mortem",
    cell: (each: PostMortemHead) => (
      <Link href={pageOf(each.postMortem)} className="font-medium hover:underline">
        {each.title}
        <span className="block text-xs font-normal text-muted">
          {each.postMortem.toUpperCase()}
          {each.services.length > 0 && ` · ${each.services.join(", ")}`}
        </span>
      </Link>
    ),
  },
  { head: "State", cell: (each: PostMortemHead) => <State {...each} /> },
  {
    head: "Severity",
    wideOnly: true,
    cell: ({ severity }: PostMortemHead) => (
      <Badge tone={severityTone[severity]}>{severity.toUpperCase()}</Badge>
    ),
  },
  {
    head: "Happened",
    wideOnly: true,
    cell: ({ startedAt, recurrences }: PostMortemHead) => (
      <>
        <Ago at={startedAt} />
        {recurrences.length > 0 && (
          <span className="block text-xs text-bad">
            and {count(recurrences.length, "more time")}
          </span>
        )}
      </>
    ),
  },
  {
    head: "Actions",
    wideOnly: true,
    cell: ({ actions }: PostMortemHead) =>
      actions.length === 0
        ? "–"
        : `${actions.length - openOf(actions).length} of ${actions.length} settled`,
  },
] as const;

function DueRow({ due }: { due: Due }): ReactNode {
  const now = useNow();
  const who = useWho();
  const { of, action, at } = due;
  const owner = action?.owner ?? of.owner;
  const late = now - at;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2.5 text-sm">
      <Link
        href={pageOf(of.postMortem, action ? "actions" : "")}
        className="min-w-0 flex-1 basis-60 font-medium hover:underline"
      >
        {action?.says ?? `Publish: ${of.title}`}
        <span className="ml-2 text-xs font-normal text-muted">
          {of.postMortem.toUpperCase()}
          {action && `/${action.action}`}
        </span>
      </Link>
      <span className="text-muted">
        {owner === undefined ? "nobody’s" : who({ kind: "person", id: owner })}
      </span>
      <span className={`w-32 text-right max-sm:w-auto ${late > 0 ? "font-semibold text-bad" : ""}`}>
        {late > 0 ? `${span(late)} late` : date(at)}
      </span>
    </li>
  );
}

const dueShown = 8;
const DueCard = ({ all }: { all: readonly PostMortemHead[] }): ReactNode => {
  const dues = duesOf(all);
  if (dues.length === 0) return null;
  return (
    <Card
      title="Due"
      hint={dues.length > dueShown ? `the next ${dueShown} of ${dues.length}` : undefined}
      className="mb-5"
    >
      <ul className="-my-2 divide-y divide-line">
        {dues.slice(0, dueShown).map((due) => (
          <DueRow key={`${due.of.postMortem}/${due.action?.action ?? ""}`} due={due} />
        ))}
      </ul>
    </Card>
  );
};

function Search({ onWords }: { onWords: (words: string) => void }): ReactNode {
  usePageKeys([
    {
      key: "/",
      what: "Search",
      press: () => document.querySelector<HTMLInputElement>("#post-mortem-search")?.focus(),
    },
  ]);
  return (
    <>
      <label htmlFor="post-mortem-search" className="sr-only">
        Search post-mortems
      </label>
      <input
        id="post-mortem-search"
        type="search"
        placeholder="Search what was learnt"
        maxLength={200}
        onChange={(event) => onWords(event.target.value)}
        className="min-h-10 w-72 rounded-md border border-line-strong bg-surface px-3 text-sm text-ink placeholder:text-faint max-sm:min-h-11 max-sm:w-full max-sm:text-base"
      />
    </>
  );
}

/** What was learnt, what is due, and a search over all of it. */
export function PostMortemList(): ReactNode {
  const [words, setWords] = useState("");
  const all = useLive<PostMortems>("post-mortems.list");
  const found = useAsk<PostMortems>("post-mortems.list", { text: words }, words.trim() !== "");
  const { data, error, retry } = words.trim() === "" ? all : found;
  return (
    <>
      <PageHead
        title="Post-mortems"
        says="What is learnt of each incident. The log writes the beginning, people the rest, deploys close what was to be done."
      >
        <Search onWords={setWords} />
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="post-mortems" lines={6} />}
      {words.trim() === "" && all.data && <DueCard all={all.data.postMortems} />}
      {data && data.postMortems.length === 0 && (
        <Empty
          icon="file"
          title={words.trim() === "" ? "No post-mortem yet" : "Nothing has all of these words"}
        >
          {words.trim() === ""
            ? "When an incident is resolved, a draft of its post-mortem stands here by itself."
            : "The last word may be unfinished; fewer words find more."}
        </Empty>
      )}
      {data && data.postMortems.length > 0 && (
        <Card flush title={words.trim() === "" ? "All" : "Found"}>
          <Table
            label="Post-mortems"
            rows={data.postMortems}
            columns={columns}
            keyOf={({ postMortem }) => postMortem}
          />
        </Card>
      )}
    </>
  );
}
