import { type ReactNode, useState } from "react";
import {
  Ago,
  Button,
  Card,
  Dialog,
  Loading,
  Markdown,
  type PostMortemVersions,
  ProblemView,
  Segments,
  useAsk,
  useWho,
} from "#console";
import { Comments } from "./comments.tsx";
import { LintedText } from "./lint-view.tsx";
import { type Saving, useSaving } from "./saving.ts";
import type { Whole } from "./words.ts";

type Section = Whole["sections"][number];
const savingWords: Readonly<Record<Saving["state"], string>> = {
  saved: "Saved",
  waiting: "Not saved yet",
  saving: "Saving…",
  clash: "Somebody else has written here",
  failed: "Not saved",
};

/** Both texts next to each other: put together by a person, never by a machine. */
function Clash({ saving, theirs }: { saving: Saving; theirs: Section }): ReactNode {
  const who = useWho();
  return (
    <div role="alert" className="mt-3 rounded-lg border border-warn/40 bg-warn-soft p-4 text-sm">
      <p className="font-semibold">
        {who(theirs.by)} has written here since you began. Below is their text; yours is above, and
        nothing of either is lost.
      </p>
      <div className="my-3 rounded-md bg-surface px-3 py-2 whitespace-pre-wrap break-words">
        {theirs.text === "" ? "(empty)" : theirs.text}
      </div>
      <p className="mb-3">Take from it what belongs into yours, then save; or let yours go.</p>
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={() => void saving.save(true)}>
          Save mine as it is above
        </Button>
        <Button onClick={saving.takeTheirs}>Take theirs</Button>
      </div>
    </div>
  );
}

function Versions({ postMortem, section }: { postMortem: string; section: string }): ReactNode {
  const who = useWho();
  const { data, error } = useAsk<PostMortemVersions>("post-mortems.versions", {
    ...{ postMortem, section },
  });
  if (error) return <ProblemView error={error} />;
  if (!data) return <Loading what="the versions" />;
  if (data.versions.length === 0)
    return <p className="text-sm text-muted">Nobody has written here yet.</p>;
  return (
    <ol className="grid max-h-[60vh] gap-3 overflow-y-auto">
      {data.versions.map(({ version, at, by, text }) => (
        <li key={version} className="rounded-md border border-line p-3 text-sm">
          <p className="mb-1 text-xs text-muted">
            {version === 0 ? "Castor’s draft" : `Version ${version} by ${who(by)}`}, <Ago at={at} />
          </p>
          <p className="whitespace-pre-wrap break-words">{text === "" ? "(empty)" : text}</p>
        </li>
      ))}
    </ol>
  );
}

type Props = { pm: Whole; section: Section; names: readonly string[]; mayComment: boolean };

function Editor({ pm, section, names }: Props): ReactNode {
  const saving = useSaving(pm.postMortem, section);
  const [look, setLook] = useState<"write" | "look">("write");
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-60 text-xs text-muted">{section.hint}</p>
        <span
          role="status"
          className={`text-xs ${saving.state === "clash" || saving.state === "failed" ? "font-semibold text-bad" : "text-faint"}`}
        >
          {savingWords[saving.state]}
        </span>
        <Segments
          label={`${section.title}: write or look`}
          value={look}
          options={[
            ["write", "Write"],
            ["look", "Look"],
          ]}
          onPick={setLook}
        />
      </div>
      {look === "write" ? (
        <LintedText
          label={section.title}
          hint="Markdown"
          text={saving.text}
          names={names}
          onText={saving.set}
          onLeave={() => {
            if (saving.state === "waiting" || saving.state === "failed") void saving.save();
          }}
        />
      ) : (
        <div className="text-sm">
          {saving.text.trim() === "" ? (
            <p className="text-muted">Nothing is written yet.</p>
          ) : (
            <Markdown text={saving.text} />
          )}
        </div>
      )}
      {saving.state === "clash" && <Clash saving={saving} theirs={section} />}
      {saving.error && (
        <div className="mt-3">
          <ProblemView error={saving.error} retry={() => void saving.save()} />
        </div>
      )}
    </>
  );
}

/** A section: its text, how it was written, and what is said about it. */
export function SectionCard({ mayEdit, ...props }: Props & { mayEdit: boolean }): ReactNode {
  const { pm, section, mayComment } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title={section.title}
      aside={
        <Button
          kind="quiet"
          onClick={() => setOpen(true)}
          aria-label={`Versions of ${section.title}`}
        >
          Versions
        </Button>
      }
    >
      {mayEdit ? (
        <Editor {...props} />
      ) : section.text.trim() === "" ? (
        <p className="text-sm text-muted">Nothing is written here.</p>
      ) : (
        <div className="text-sm">
          <Markdown text={section.text} />
        </div>
      )}
      <Comments pm={pm} section={section.id} about={section.title} mayComment={mayComment} />
      <Dialog
        open={isOpen}
        wide
        title={`How “${section.title}” was written`}
        onClose={() => setOpen(false)}
      >
        <Versions postMortem={pm.postMortem} section={section.id} />
      </Dialog>
    </Card>
  );
}
