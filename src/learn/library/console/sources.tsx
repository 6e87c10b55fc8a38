import { type ReactNode, useState } from "react";
import {
  Ago,
  Button,
  Card,
  Confirm,
  count,
  Dialog,
  Field,
  Form,
  type LibrarySources,
  say,
  textOf,
  useMay,
  useSend,
  useTask,
} from "#console";

type Source = LibrarySources["sources"][number];
const changes = ["library.sources", "library.search", "library.story"];
const fileBytesMax = 5_000_000;
type Taken = { stories: number; scenarios: number; notes: number; added: number; dropped: number };

const takenWords = ({ stories, scenarios, added, dropped }: Taken): string =>
  `${count(stories + scenarios, "story", "stories")}: ${added} new, ${dropped} gone`;

/** Takes a collection in, from an address or a file of this computer. */
export function Import(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const run = useSend(...changes);
  return (
    <>
      <Button kind="primary" icon="plus" onClick={() => setOpen(true)}>
        Add a collection
      </Button>
      <Dialog open={isOpen} title="Add a collection" onClose={() => setOpen(false)}>
        <Form
          submit="Add it"
          onSubmit={async (fields) => {
            const file = fields.get("file");
            const url = textOf(fields, "url");
            const isFile = file instanceof File && file.size > 0;
            if (isFile && file.size > fileBytesMax) throw new Error("It is larger than 5 MB.");
            if (isFile === (url !== "")) throw new Error("Give either an address or a file.");
            const taken = await run<Taken>("library.import", {
              source: textOf(fields, "source"),
              ...(isFile ? { text: await file.text(), from: file.name } : { url }),
            });
            setOpen(false);
            say(takenWords(taken));
          }}
        >
          <Field
            label="What it is called here"
            name="source"
            required
            pattern="[a-z0-9][a-z0-9\-]{0,60}"
            title="Small letters, digits and -"
            placeholder="danluu"
            autoComplete="off"
          />
          <Field
            label="Its address"
            name="url"
            type="url"
            placeholder="https://…/README.md"
            hint="Markdown, or the JSON of wheel-of-misfortune. Only the public network is asked."
            autoComplete="off"
          />
          <Field label="Or a file" name="file" type="file" accept=".md,.markdown,.json,.txt" />
        </Form>
      </Dialog>
    </>
  );
}

function Deeds({ of }: { of: Source }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const isFetched = /^https?:\/\//.test(of.from);
  const give = (work: () => Promise<string>) =>
    void task
      .run(async () => say(await work()))
      .then((done) => done || say("It did not work", "bad"));
  return (
    <div className="flex flex-wrap gap-2">
      {isFetched && (
        <Button
          busy={task.busy}
          aria-label={`Fetch again: ${of.source}`}
          onClick={() =>
            give(async () =>
              takenWords(await run<Taken>("library.import", { source: of.source, url: of.from })),
            )
          }
        >
          Fetch again
        </Button>
      )}
      <Button
        busy={task.busy}
        aria-label={`Check links: ${of.source}`}
        onClick={() =>
          give(async () => {
            const { checked, broken } = await run<{ checked: number; broken: unknown[] }>(
              "library.check-links",
              { source: of.source },
            );
            return `${broken.length} of ${checked} links lead nowhere`;
          })
        }
      >
        Check links
      </Button>
      <Confirm
        what="Drop"
        label={`Drop: ${of.source}`}
        title={`Drop ${of.source}?`}
        onConfirm={() => run("library.drop", { source: of.source })}
      >
        {count(of.stories, "story", "stories")} leave the library. The collection itself stays where
        it is.
      </Confirm>
    </div>
  );
}

/** The collections, with how their links are. */
export function Sources({ sources }: { sources: readonly Source[] }): ReactNode {
  const may = useMay("operator");
  return (
    <Card title="Collections">
      <ul className="-my-3 divide-y divide-line">
        {sources.map((of) => (
          <li key={of.source} className="grid gap-2 py-3 text-sm">
            <p className="flex items-baseline gap-3">
              <span className="min-w-0 flex-1 truncate font-medium">{of.source}</span>
              <span className="text-xs text-muted">{count(of.stories, "story", "stories")}</span>
            </p>
            <p className="text-xs text-muted wrap-anywhere">
              {of.from}
              <span className="block">
                {of.checkedAt === null ? (
                  "Its links were never looked at."
                ) : (
                  <>
                    {count(of.brokenLinks, "link")} led nowhere <Ago at={of.checkedAt} />.
                  </>
                )}
              </span>
            </p>
            {may && <Deeds of={of} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}
