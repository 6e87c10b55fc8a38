import { type ReactNode, useState } from "react";
import {
  Button,
  Choice,
  Dialog,
  Field,
  Form,
  type PagingPeople,
  say,
  textOf,
  useSend,
} from "#console";
import { type Kind, kinds } from "./kinds.ts";

type Person = PagingPeople["people"][number];
type Offers = PagingPeople["offers"];

/** How long somebody may have before the next channel, in the words of the configuration. */
export const waits = [
  ["0s", "at once"],
  ["1m", "after a minute"],
  ["2m", "after 2 minutes"],
  ["5m", "after 5 minutes"],
  ["10m", "after 10 minutes"],
] as const;
export const uses = [
  ["high,low", "everything"],
  ["high", "only what cannot wait"],
  ["low", "only what can wait"],
] as const;

/** When it is used and for what: the same for every kind. */
export const Use = ({ after, urgencies }: { after?: string; urgencies?: string }): ReactNode => (
  <div className="grid gap-4 sm:grid-cols-2">
    <Choice label="When" name="after" defaultValue={after ?? "0s"} options={waitsWith(after)} />
    <Choice label="For" name="urgencies" defaultValue={urgencies ?? "high,low"} options={uses} />
  </div>
);

const waitsWith = (after: string | undefined): readonly (readonly [string, string])[] =>
  after === undefined || waits.some(([value]) => value === after)
    ? waits
    : [...waits, [after, `after ${after}`]];

/** A name that no other channel of theirs has. */
function freeName(kind: string, { channels }: Person): string | undefined {
  const taken = new Set(channels.map(({ channel }) => channel));
  if (!taken.has(kind)) return undefined;
  for (let n = 2; ; n++) if (!taken.has(`${kind}-${n}`)) return `${kind}-${n}`;
}

function channelIn(fields: FormData, kind: Kind, person: Person): object {
  const said = kind.fields.map(({ name }) => [name, textOf(fields, name)] as const);
  const name = freeName(kind.kind, person);
  return {
    kind: kind.kind,
    ...Object.fromEntries(said.filter(([, text]) => text !== "")),
    ...(name === undefined ? {} : { name }),
    ...(kind.kind === "sms" ? { provider: textOf(fields, "provider") } : {}),
    after: textOf(fields, "after"),
    urgencies: textOf(fields, "urgencies").split(","),
  };
}

/** A button that asks for one more way to be called. */
export function AddChannel({ person, offers }: { person: Person; offers: Offers }): ReactNode {
  const run = useSend("paging.people");
  const [open, setOpen] = useState(false);
  const there = kinds.filter(({ kind }) => offers.kinds.includes(kind));
  const [picked, setPicked] = useState(there[0]?.kind ?? "email");
  const kind = there.find((each) => each.kind === picked);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Add a channel</Button>
      <Dialog open={open} title="One more way to call you" onClose={() => setOpen(false)}>
        {kind && (
          <Form
            submit="Add it"
            onSubmit={async (fields) => {
              const channel = channelIn(fields, kind, person);
              await run("paging.add-channel", { person: person.person, channel });
              say("It is the last one now. Press Test to see whether it works");
              setOpen(false);
            }}
          >
            <Choice
              label="Over what"
              value={picked}
              onChange={(event) => setPicked(event.target.value)}
              options={there.map((each) => [each.kind, each.word] as const)}
            />
            <p className="-mt-2 text-xs text-faint">{kind.about}</p>
            {kind.kind === "sms" && (
              <Choice
                label="Through"
                name="provider"
                options={offers.providers.map((each) => [each, each] as const)}
              />
            )}
            {kind.fields.map(({ name, label, optional, type = "text", ...rest }) => (
              <Field
                key={`${kind.kind} ${name}`}
                {...{ name, label, type, ...rest }}
                required={optional !== true}
                autoComplete={type === "email" ? "email" : type === "tel" ? "tel" : "off"}
                maxLength={500}
              />
            ))}
            <Use />
          </Form>
        )}
      </Dialog>
    </>
  );
}
