import type { ReactNode } from "react";
import {
  At,
  Badge,
  Card,
  date,
  Empty,
  Icon,
  type LibraryOne,
  type LibraryStory,
  Link,
  Loading,
  ProblemView,
  useAsk,
} from "#console";

/** A text with what was searched for in bold (`**` as the answer marks it), never as markup. */
export const Marked = ({ text }: { text: string }): ReactNode =>
  text.split("**").map((part, place) =>
    place % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- the text never changes.
      <mark key={place} className="rounded-sm bg-accent-soft px-0.5 text-ink">
        {part}
      </mark>
    ) : (
      part
    ),
  );

export const nameOf = ({ company, title }: Pick<LibraryStory, "company" | "title">): string =>
  company === undefined || title.startsWith(company) ? title : `${company}: ${title}`;

/** Where a story comes from, in one line. */
export const Whence = ({ story }: { story: LibraryStory }): ReactNode => (
  <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
    <span>{story.category}</span>
    {story.year !== undefined && <span className="tabular-nums">{story.year}</span>}
    <span>{story.source}</span>
    {story.tags.slice(0, 4).map((tag) => (
      <span key={tag} className="rounded-full bg-sunken px-2">
        {tag}
      </span>
    ))}
    {story.brokenLink !== undefined && <Badge tone="warn">link is gone</Badge>}
  </span>
);

/** Stories in a list: a title that opens, and the place where the words stand. */
export const Stories = ({ stories }: { stories: readonly LibraryStory[] }): ReactNode => (
  <ul className="divide-y divide-line">
    {stories.map((story) => (
      <li key={`${story.source} ${story.id}`}>
        <Link
          href={`/library?story=${story.id}`}
          className="grid gap-1 px-5 py-3.5 hover:bg-hover max-sm:px-4"
        >
          <span className="font-medium wrap-anywhere">{nameOf(story)}</span>
          <span className="line-clamp-3 max-w-[90ch] text-sm text-muted wrap-anywhere">
            <Marked text={story.excerpt} />
          </span>
          <Whence story={story} />
        </Link>
      </li>
    ))}
  </ul>
);

const Outward = ({ href, children }: { href: string; children: ReactNode }): ReactNode => (
  <a
    href={href}
    target="_blank"
    rel="noreferrer noopener"
    className="inline-flex items-center gap-1.5 text-sm break-all text-accent underline"
  >
    <Icon name="link" className="size-4 shrink-0" />
    {children}
  </a>
);

function LinkState({ story }: { story: NonNullable<LibraryOne["story"]> }): ReactNode {
  if (story.url === undefined) return null;
  return (
    <div className="grid gap-1">
      <Outward href={story.url}>{story.url}</Outward>
      <p className="text-xs text-muted">
        {story.checkedAt === undefined &&
          "Nobody has looked yet whether this link still leads somewhere."}
        {story.checkedAt !== undefined && story.brokenLink === undefined && (
          <>
            It led somewhere on {date(story.checkedAt)}, <At at={story.checkedAt} />.
          </>
        )}
        {story.checkedAt !== undefined && story.brokenLink !== undefined && (
          <>
            On {date(story.checkedAt)} it led nowhere: {story.brokenLink}.
          </>
        )}
      </p>
    </div>
  );
}

/** One story whole, and those that are like it. */
export function Story({ id }: { id: string }): ReactNode {
  const { data, error, retry } = useAsk<LibraryOne>("library.story", { id });
  const story = data?.story;
  const text = story ? `${story.title} ${story.text}`.slice(0, 2_000) : "";
  const alike = useAsk<{ stories: LibraryStory[] }>(
    "library.similar",
    { text, limit: 6 },
    text.length > 3,
  ).data?.stories.filter((each) => each.id !== id);
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the story" lines={8} />;
  if (!story)
    return (
      <Empty icon="book" title="This story is not in the library">
        A newer edition of its collection may have dropped it.{" "}
        <Link href="/library" className="underline">
          To the library
        </Link>
      </Empty>
    );
  return (
    <>
      <header className="mb-5 grid gap-1">
        <Link href="/library" className="text-sm text-muted hover:underline">
          Library
        </Link>
        <h1 className="max-w-[60ch] text-xl font-semibold wrap-anywhere">{nameOf(story)}</h1>
        <Whence story={{ ...story, excerpt: "" }} />
      </header>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <Card>
          <p className="max-w-[75ch] leading-relaxed whitespace-pre-wrap wrap-anywhere">
            {story.text}
          </p>
          <div className="mt-4 grid gap-3">
            <LinkState story={story} />
            {story.links.length > 0 && (
              <ul className="grid gap-1">
                {story.links.map((href) => (
                  <li key={href}>
                    {/^https?:\/\//.test(href) ? (
                      <Outward href={href}>{href}</Outward>
                    ) : (
                      <span className="text-sm text-muted">{href}</span>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </div>
        </Card>
        {alike !== undefined && alike.length > 0 && (
          <Card title="Others who had something like it" flush>
            <Stories stories={alike.slice(0, 5)} />
          </Card>
        )}
      </div>
    </>
  );
}
