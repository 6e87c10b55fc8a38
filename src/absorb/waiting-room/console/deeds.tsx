import { type ReactNode, useState } from "react";
import { Button, count, Dialog, Field, Form, say, textOf, useMay, useSend } from "#console";
import type { RoomNow } from "../contract.ts";

type Deed = "open" | "close" | "admit" | "release";

/** What will happen, before it does. */
function sayBefore(deed: Deed, { room, activeMax, newPerMinute, waiting, mode }: RoomNow): string {
  switch (deed) {
    case "open":
      return `From now on at most ${activeMax} people are in at a time and ${newPerMinute} new ones come in within a minute; the others wait on a page of their own.${mode === "off" ? " Whoever is on the site already counts as new." : ""}`;
    case "close":
      return `Everybody passes at once${waiting > 0 ? `, also the ${count(waiting, "person", "people")} who wait` : ""}. Nothing holds the crowd back any more.`;
    case "admit":
      return `So many of the ${count(waiting, "person", "people")} in line get in now, the first ones first, more than the numbers of ${room} allow.`;
    case "release":
      return `What somebody said of ${room} ends, and it does again what castor.yaml says.`;
  }
}

const titles: Record<Deed, string> = {
  open: "Open",
  close: "Close",
  admit: "Let more in",
  release: "Follow configuration",
};
const done: Record<Deed, string> = {
  open: "is open",
  close: "is closed",
  admit: "lets more in",
  release: "follows its configuration",
};

function Fields({ deed }: { deed: Deed }): ReactNode {
  if (deed === "release") return null;
  return (
    <>
      {deed === "admit" && (
        <Field label="How many" name="count" type="number" min={1} required defaultValue={10} />
      )}
      <Field label="Why" name="reason" required minLength={3} maxLength={200} />
      {deed !== "admit" && (
        <Field
          label="For how long"
          name="for"
          placeholder="30m"
          hint="Such as 30m or 2h; empty: until somebody says otherwise."
        />
      )}
      {deed === "open" && (
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" name="everyone" />
          Everybody queues first, also while there is room
        </label>
      )}
    </>
  );
}

function inputOf(deed: Deed, room: string, fields: FormData): Record<string, unknown> {
  const reason = textOf(fields, "reason");
  const lasts = textOf(fields, "for");
  if (deed === "release") return { room };
  if (deed === "admit") return { room, reason, count: Number(textOf(fields, "count")) };
  return {
    ...{ room, reason, ...(lasts === "" ? {} : { for: lasts }) },
    ...(deed === "open" ? { everyone: fields.get("everyone") !== null } : {}),
  };
}

/** What can be done with a room, each saying first what it will do; and a look at its page. */
export function RoomDeeds({ room }: { room: RoomNow }): ReactNode {
  const mayOperate = useMay("operator");
  const [deed, setDeed] = useState<Deed>();
  const send = useSend();
  const deeds: Deed[] = [
    ...(room.mode === "off" || room.mode === "before-event" ? (["open"] as const) : []),
    ...(room.mode === "off" ? [] : (["close"] as const)),
    ...(room.waiting > 0 ? (["admit"] as const) : []),
    ...(room.override === null ? [] : (["release"] as const)),
  ];
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">
      <a
        href={`/api/waiting-room.page?room=${encodeURIComponent(room.room)}`}
        target="_blank"
        rel="noreferrer"
        className="text-sm text-accent hover:underline"
      >
        Preview of the page
      </a>
      {mayOperate &&
        deeds.map((each) => (
          <Button
            key={each}
            kind={each === "close" ? "danger" : "plain"}
            aria-label={`${titles[each]}: ${room.room}`}
            onClick={() => setDeed(each)}
          >
            {titles[each]}
          </Button>
        ))}
      <Dialog
        open={deed !== undefined}
        title={deed === undefined ? "" : `${titles[deed]}: ${room.room}`}
        onClose={() => setDeed(undefined)}
      >
        {deed && (
          <Form
            submit={titles[deed]}
            danger={deed === "close"}
            onSubmit={async (fields) => {
              await send(`waiting-room.${deed}`, inputOf(deed, room.room, fields));
              say(`${room.room} ${done[deed]}`);
              setDeed(undefined);
            }}
          >
            <p className="text-sm text-muted">{sayBefore(deed, room)}</p>
            <Fields deed={deed} />
          </Form>
        )}
      </Dialog>
    </div>
  );
}
