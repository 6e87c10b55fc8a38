import { type ReactNode, useDeferredValue, useState } from "react";
import {
  amount,
  Button,
  Card,
  Choice,
  count,
  Empty,
  Field,
  type LibrarySearch,
  type LibrarySimilar,
  type LibrarySources,
  Loading,
  PageHead,
  ProblemView,
  search as narrow,
  Segments,
  useAsk,
  useMay,
  usePlace,
} from "#console";
import { Import, Sources } from "./sources.tsx";
import { Stories } from "./story.tsx";

const pageLength = 30;
const tagsShown = 14;

function Tags({ tags, chosen }: { tags: LibrarySearch["tags"]; chosen: string }): ReactNode {
  const shown = tags.slice(0, tagsShown);
  const all =
    chosen === "" || shown.some(({ name }) => name === chosen)
      ? shown
      : [{ name: chosen, count: 0 }, ...shown];
  return (
    <div className="flex flex-wrap gap-1.5" role="group" aria-label="Tags">
      {all.map(({ name, count: many }) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          onClick={() => narrow({ tag: name === chosen ? "" : name }, "replace")}
          className={`min-h-8 rounded-full border px-3 text-xs max-sm:min-h-10 ${name === chosen ? "border-accent bg-accent-soft font-medium text-ink" : "border-line bg-surface text-muted hover:bg-hover"}`}
        >
          {name} <span className="tabular-nums">{amount(many)}</span>
        </button>
      ))}
    </div>
  );
}

/** A phone shows what was found first. */
const isWide = (): boolean => matchMedia("(min-width: 640px)").matches;

const Filters = ({
  data,
  sources,
}: {
  data: LibrarySearch | undefined;
  sources: LibrarySources["sources"];
}): ReactNode => {
  const { search: at } = usePlace();
  const of = (name: string): string => at.get(name) ?? "";
  const categories = (data?.categories ?? []).map(({ name }) => name);
  const offered = [...new Set([...categories, ...[of("category")].filter(Boolean)])];
  const isNarrowed = ["category", "source", "kind"].some((name) => of(name) !== "");
  const choice = (name: string) => ({
    value: of(name),
    onChange: (event: { target: { value: string } }) =>
      narrow({ [name]: event.target.value }, "replace"),
  });
  return (
    <div className="grid gap-3">
      <Tags tags={data?.tags ?? []} chosen={of("tag")} />
      <details open={isWide() || isNarrowed}>
        <summary className="min-h-9 cursor-pointer py-1.5 text-sm text-muted">Narrow down</summary>
        <div className="grid gap-3 sm:grid-cols-3">
          <Choice
            label="Category"
            {...choice("category")}
            options={[["", "All categories"], ...offered.map((each) => [each, each] as const)]}
          />
          <Choice
            label="Collection"
            {...choice("source")}
            options={[
              ["", "All collections"],
              ...sources.map(({ source }) => [source, source] as const),
            ]}
          />
          <Choice
            label="Kind"
            {...choice("kind")}
            options={[
              ["", "All kinds"],
              ["story", "What happened"],
              ["scenario", "Scenarios to think through"],
              ["note", "Text around them"],
            ]}
          />
        </div>
      </details>
    </div>
  );
};

/** Stories with all of the words, as they are typed. */
function ByWords({
  text,
  sources,
}: {
  text: string;
  sources: LibrarySources["sources"];
}): ReactNode {
  const { search: at } = usePlace();
  const [pages, setPages] = useState(1);
  const filters = Object.fromEntries(
    ["tag", "category", "source", "kind"].flatMap((name) => {
      const value = at.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const limit = Math.min(200, pages * pageLength);
  const { data, error, retry } = useAsk<LibrarySearch>("library.search", {
    text,
    limit,
    ...filters,
  });
  return (
    <>
      <Filters data={data} sources={sources} />
      {error && <ProblemView error={error} retry={retry} />}
      <Card flush>
        <p className="px-5 pb-2 text-xs text-muted max-sm:px-4" role="status">
          {data ? count(data.total, "story", "stories") : "Looking…"}
        </p>
        {data?.total === 0 ? (
          <Empty icon="search" title="None has all of these words">
            Fewer words find more; or describe what happens, and look for what is like it.
          </Empty>
        ) : (
          <Stories stories={data?.stories ?? []} />
        )}
        {data && data.total > data.stories.length && limit < 200 && (
          <div className="border-t border-line p-3 text-center">
            <Button kind="quiet" onClick={() => setPages(pages + 1)}>
              More
            </Button>
          </div>
        )}
      </Card>
    </>
  );
}

/** What happened to others who had this: the rarest words count most. */
function ByLikeness({ text }: { text: string }): ReactNode {
  const isEnough = text.trim().length >= 3;
  const { data, error, retry } = useAsk<LibrarySimilar>(
    "library.similar",
    { text, limit: 20 },
    isEnough,
  );
  if (error) return <ProblemView error={error} retry={retry} />;
  return (
    <Card flush>
      {!isEnough || data?.stories.length === 0 ? (
        <Empty
          icon="book"
          title={isEnough ? "Nothing like it is here" : "What happens at your place?"}
        >
          Say it as you would tell a colleague: what people see, what changed, what is full.
        </Empty>
      ) : (
        <Stories stories={data?.stories ?? []} />
      )}
    </Card>
  );
}

const Nothing = (): ReactNode => (
  <Card>
    <Empty icon="book" title="The library is empty">
      Castor ships no collection: their texts belong to others. Add one, such as danluu/post-mortems
      (raw.githubusercontent.com/danluu/post-mortems/master/README.md), or your own Markdown.
    </Empty>
  </Card>
);

/** What is looked for, and how. */
function Find({ sources }: { sources: LibrarySources["sources"] }): ReactNode {
  const { search: at } = usePlace();
  const [text, setText] = useState(at.get("text") ?? "");
  const asked = useDeferredValue(text);
  const isLikeness = at.get("by") === "likeness";
  return (
    <div className="grid min-w-0 gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <Field
          label={isLikeness ? "What happens here" : "Search"}
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => narrow({ text: text.trim() }, "replace")}
          placeholder={
            isLikeness
              ? "after the newsletter the database has no connections left"
              : "leap second, certificate expired…"
          }
          maxLength={isLikeness ? 1_000 : 200}
          autoComplete="off"
          className="min-w-56 flex-1"
        />
        <Segments
          label="How to look"
          value={isLikeness ? "likeness" : "words"}
          options={[
            ["words", "By words"],
            ["likeness", "By likeness"],
          ]}
          onPick={(by) => narrow({ by: by === "words" ? "" : by }, "replace")}
        />
      </div>
      {isLikeness ? <ByLikeness text={asked} /> : <ByWords text={asked} sources={sources} />}
    </div>
  );
}

/** What happened to others: searched as one types, or by what happens here. */
export function Shelf(): ReactNode {
  const may = useMay("operator");
  const { data, error, retry } = useAsk<LibrarySources>("library.sources");
  return (
    <>
      <PageHead
        title="Library"
        says="What happened to others, so that it need not happen here: post-mortems and scenarios that others wrote."
      >
        {may && <Import />}
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the library" lines={6} />}
      {data?.sources.length === 0 && <Nothing />}
      {data && data.sources.length > 0 && (
        <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <Find sources={data.sources} />
          <Sources sources={data.sources} />
        </div>
      )}
    </>
  );
}
