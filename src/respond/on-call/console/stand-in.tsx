import { type ReactNode, useState } from "react";
import {
  Choice,
  Dialog,
  Field,
  Form,
  type OnCallTimeline,
  say,
  Segments,
  textOf,
  useAsk,
  useMe,
  useSend,
} from "#console";
import type { Stretch } from "./weeks.tsx";
import { fieldTime, stretch } from "./words.ts";

/** Which of these names is the reader, as far as that can be told from their account. */
export function useOwnName(members: readonly string[]): string | undefined {
  const me = useMe();
  const names = [me?.email.split("@")[0], me?.name, me?.name.split(" ")[0]].map((each) =>
    each?.toLowerCase(),
  );
  return members.find((each) => names.includes(each.toLowerCase()));
}

type Asked = { team: string; picked: Stretch; members: readonly string[] };
const changes = ["on-call.now", "on-call.timeline"];
const instant = (fields: FormData, name: string): string =>
  new Date(textOf(fields, name)).toISOString();

const Reason = ({ hint }: { hint: string }): ReactNode => (
  <Field label="Why" name="reason" required minLength={3} maxLength={200} defaultValue={hint} />
);

/** The reader first: whoever opens this mostly means themselves. */
const inOrder = (members: readonly string[], me: string | undefined): string[] =>
  me === undefined ? [...members] : [me, ...members.filter((each) => each !== me)];

function TakeForm({ team, picked, members, onDone }: Asked & { onDone: () => void }): ReactNode {
  const run = useSend(...changes);
  const me = useOwnName(members);
  const others = inOrder(members, me).filter((each) => each !== picked.member);
  const [who, setWho] = useState(others[0] ?? "");
  return (
    <Form
      submit={who === me ? "I take it" : `${who} takes it`}
      onSubmit={async (fields) => {
        await run("on-call.take-over", {
          ...{ team, member: who, reason: textOf(fields, "reason") },
          ...{ from: instant(fields, "from"), to: instant(fields, "to") },
        });
        say(`${who} is on call for ${team} then`);
        onDone();
      }}
    >
      <Choice
        label="Who takes it"
        value={who}
        onChange={(event) => setWho(event.target.value)}
        options={others.map((each) => [each, each === me ? `${each} (you)` : each] as const)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="From"
          name="from"
          type="datetime-local"
          required
          defaultValue={fieldTime(picked.from)}
        />
        <Field
          label="Until"
          name="to"
          type="datetime-local"
          required
          defaultValue={fieldTime(picked.to)}
        />
      </div>
      <Reason
        hint={picked.member ? `Stands in for ${picked.member}` : "Takes hours that nobody had"}
      />
    </Form>
  );
}

function SwapForm({ team, picked, members, onDone }: Asked & { onDone: () => void }): ReactNode {
  const run = useSend(...changes);
  const me = useOwnName(members);
  const others = inOrder(members, me).filter((each) => each !== picked.member);
  const [other, setOther] = useState(others[0] ?? "");
  const { data } = useAsk<OnCallTimeline>("on-call.timeline", { team, days: 60 });
  const theirs = (data?.shifts ?? []).filter(
    (each) => each.member === other && (each.to <= picked.from || each.from >= picked.to),
  );
  return (
    <Form
      submit="Swap"
      onSubmit={async (fields) => {
        const back = theirs[Number(textOf(fields, "back"))];
        if (!back) throw new Error(`${other} has no turn to give in return.`);
        await run("on-call.swap", {
          ...{ team, member: picked.member, with: other, reason: textOf(fields, "reason") },
          ...{ from: picked.from, to: picked.to, backFrom: back.from, backTo: back.to },
        });
        say(`${picked.member} and ${other} have swapped`);
        onDone();
      }}
    >
      <Choice
        label={`Who takes ${picked.member}'s turn`}
        value={other}
        onChange={(event) => setOther(event.target.value)}
        options={others.map((each) => [each, each === me ? `${each} (you)` : each] as const)}
      />
      <Choice
        label={`${picked.member} takes in return`}
        name="back"
        options={
          theirs.length === 0
            ? [["", `${other} has no turn in the next 60 days`]]
            : theirs.slice(0, 30).map((each, place) => [String(place), stretch(each)] as const)
        }
      />
      <Reason hint={`${picked.member} and ${other} swap`} />
    </Form>
  );
}

/** Somebody else takes a stretch, or two people trade: opened by a tap, done by another. */
export function StandIn({
  asked,
  onClose,
}: {
  asked: Asked | undefined;
  onClose: () => void;
}): ReactNode {
  const [how, setHow] = useState<"take" | "swap">("take");
  const close = () => {
    setHow("take");
    onClose();
  };
  const member = asked?.picked.member;
  return (
    <Dialog
      open={asked !== undefined}
      title={member === undefined ? "Hours that nobody has" : `In ${member}'s place`}
      onClose={close}
    >
      {asked && (
        <div className="grid gap-4">
          <p className="text-sm text-muted">
            {asked.team}, {stretch(asked.picked)}
          </p>
          {member !== undefined && (
            <Segments
              label="How"
              value={how}
              options={[
                ["take", "Stand in"],
                ["swap", "Swap turns"],
              ]}
              onPick={setHow}
            />
          )}
          {how === "take" ? (
            <TakeForm {...asked} onDone={close} />
          ) : (
            <SwapForm {...asked} onDone={close} />
          )}
        </div>
      )}
    </Dialog>
  );
}
