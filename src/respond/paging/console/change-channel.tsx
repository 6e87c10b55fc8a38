import { type ReactNode, useState } from "react";
import {
  Choice,
  Confirm,
  Dialog,
  Form,
  IconButton,
  type PagingPeople,
  say,
  textOf,
  useSend,
} from "#console";
import { Use } from "./add-channel.tsx";

type Channel = PagingPeople["people"][number]["channels"][number];

/** A length of time as the configuration writes it. */
const written = (ms: number): string =>
  ms > 0 && ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1_000}s`;

/** When a channel is used and for what, which place it has, and whether it stays. */
export function ChangeChannel(of: {
  person: string;
  channel: Channel;
  word: string;
  place: number;
  many: number;
}): ReactNode {
  const { person, channel, word, place, many } = of;
  const run = useSend("paging.people");
  const [open, setOpen] = useState(false);
  const name = { person, channel: channel.channel };
  return (
    <>
      <IconButton icon="settings" label={`Change ${word}`} onClick={() => setOpen(true)} />
      <Dialog open={open} title={word} onClose={() => setOpen(false)}>
        <Form
          submit="Save"
          onSubmit={async (fields) => {
            await run("paging.change-channel", {
              ...{ ...name, after: textOf(fields, "after") },
              urgencies: textOf(fields, "urgencies").split(","),
              place: Number(textOf(fields, "place")),
            });
            say("Saved");
            setOpen(false);
          }}
          aside={
            many > 1 && (
              <Confirm
                what="Remove"
                title={`Remove ${word}?`}
                onConfirm={async () => {
                  await run("paging.remove-channel", name);
                  say(`You are not called over it any more: ${word}`);
                  setOpen(false);
                }}
              >
                You are not called over it any more, also not for what is open now.
              </Confirm>
            )
          }
        >
          <Use after={written(channel.afterMs)} urgencies={channel.urgencies.join(",")} />
          <Place place={place} many={many} />
        </Form>
      </Dialog>
    </>
  );
}

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
const Place = ({ place, many }: { place: number; many: number }): ReactNode => (
  <Choice
    label="Its place"
    name="place"
    defaultValue={String(place)}
    options={Array.from({ length: many }, (_, at) => [
      String(at + 1),
      ordinals[at] ?? `${at + 1}th`,
    ])}
  />
);
