import { type ReactNode, useState } from "react";
import {
  Button,
  Choice,
  Confirm,
  Dialog,
  Field,
  Form,
  type FreezeStatus,
  say,
  send,
  textOf,
  useMay,
} from "#console";

type Site = FreezeStatus["sites"][number];

/** What can be done with one site; each button says what will happen before it does. */
export function Deeds({ site }: { site: Site }): ReactNode {
  const operator = useMay("operator");
  const { service } = site;
  return (
    <div className="flex flex-wrap gap-2">
      {operator && (site.frozen ? <Thaw site={site} /> : <Freeze site={site} />)}
      {operator && <Crawl site={site} />}
      {site.snapshot && (
        <a
          className="inline-flex min-h-9 items-center rounded-md border border-line bg-surface px-3.5 text-sm font-medium hover:bg-hover max-sm:min-h-11"
          href={`/api/freeze.archive?service=${encodeURIComponent(service)}`}
          download={`${service}.tar`}
          title="Downloads the copy as a static site in a tar archive, links rewritten; nothing changes here."
        >
          Export
        </a>
      )}
    </div>
  );
}

function Freeze({ site: { service, snapshot, ageMs = 0 } }: { site: Site }): ReactNode {
  const [open, setOpen] = useState(false);
  const minutes = Math.floor(ageMs / 60_000);
  return (
    <>
      <Button kind="primary" onClick={() => setOpen(true)} aria-label={`Freeze ${service}`}>
        Freeze
      </Button>
      <Dialog open={open} title={`Freeze ${service}?`} onClose={() => setOpen(false)}>
        <Form
          submit="Freeze"
          onSubmit={async (fields) => {
            const time = textOf(fields, "for");
            await send("freeze.start", {
              service,
              reason: textOf(fields, "reason"),
              forms: textOf(fields, "forms"),
              ...(time === "" ? {} : { for: time }),
              ...(snapshot ? {} : { anyway: true }),
            });
            setOpen(false);
            say(`${service} is frozen`);
          }}
        >
          <p className="text-sm text-muted">
            {snapshot
              ? `Visitors get the copy of ${snapshot.pages} pages from ${minutes} minutes ago, with a line that says so. The origin is not asked any more.`
              : "There is no copy yet: visitors get only what the cache holds, and a page that says so for everything else. The origin is not asked any more."}
          </p>
          <Field
            name="reason"
            label="Why"
            required
            minLength={3}
            maxLength={200}
            hint="The log and the answers carry it."
          />
          <Field
            name="for"
            label="For how long"
            placeholder="2h"
            pattern="\d+(\.\d+)?(s|m|h|d)"
            hint="Until somebody thaws it when empty."
          />
          <Choice
            name="forms"
            label="Forms"
            options={[
              ["refuse", "Refused, with a page that says what to do"],
              ["queue", "Kept, and sent after the thaw"],
              ["pass", "Passed on to the origin"],
            ]}
          />
        </Form>
      </Dialog>
    </>
  );
}

const Thaw = ({ site: { service, forms } }: { site: Site }): ReactNode => (
  <Confirm
    what="Thaw"
    label={`Thaw ${service}`}
    title={`Thaw ${service}?`}
    onConfirm={async () => {
      await send("freeze.end", { service });
      say(`${service} is thawed`);
    }}
  >
    Visitors reach the origin again, all of them at once.
    {forms.waiting > 0 && ` ${forms.waiting} kept forms are then sent to it, oldest first.`}
  </Confirm>
);

const Crawl = ({ site: { service, crawling, frozen } }: { site: Site }): ReactNode =>
  frozen ? null : (
    <Button
      disabled={crawling !== undefined}
      aria-label={`Take a new copy of ${service}`}
      title="Asks the origin for the most visited pages, slowly; the copy that is there stays until the new one is whole."
      onClick={async () => {
        await send("freeze.crawl", { service });
        say(`A new copy of ${service} is being taken`);
      }}
    >
      {crawling ? `Copying… ${crawling.done} of ${crawling.known}` : "Take a new copy"}
    </Button>
  );
