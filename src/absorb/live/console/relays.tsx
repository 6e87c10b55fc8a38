import { type ReactNode, useState } from "react";
import {
  Button,
  Choice,
  Copyable,
  Dialog,
  Field,
  Form,
  ProblemView,
  say,
  textOf,
  time,
  useNow,
  useSend,
  useTask,
} from "#console";
import type { ShowNow } from "../contract.ts";

const spans = [
  ["1h", "for an hour"],
  ["24h", "for a day"],
  ["7d", "for a week"],
] as const;

type Admitted = { token: string; nodes: string[] };

/** Programs that hand in answers of many, such as an organiser's own app servers: let in by name, and ended. */
export function Relays({ show: { show, relays } }: { show: ShowNow }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [admitted, setAdmitted] = useState<Admitted>();
  const send = useSend("live.shows");
  const ending = useTask();
  const now = useNow();
  const current = relays.filter(({ until }) => until > now);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Relays</Button>
      <Dialog
        open={isOpen}
        title="Relays"
        onClose={() => {
          setOpen(false);
          setAdmitted(undefined);
        }}
      >
        <div className="grid gap-5">
          <p className="text-sm text-muted">
            A program of your own that hands in answers of many over one connection. Whoever has its
            token can answer for anybody: keep it as a password.
          </p>
          {current.length > 0 && (
            <ul className="divide-y divide-line rounded-md border border-line">
              {current.map(({ relay, until }) => (
                <li key={relay} className="flex items-center gap-3 px-3 py-2 text-sm">
                  <b className="min-w-0 flex-1 truncate">{relay}</b>
                  <span className="text-xs text-muted">until {time(until, now)}</span>
                  <Button
                    kind="danger"
                    busy={ending.busy}
                    aria-label={`End ${relay}`}
                    onClick={() =>
                      void ending.run(async () => {
                        await send("live.end-relay", { show, relay });
                        say(`${relay} is ended`);
                      })
                    }
                  >
                    End
                  </Button>
                </li>
              ))}
            </ul>
          )}
          {ending.error && <ProblemView error={ending.error} />}
          {admitted ? (
            <div role="status" className="grid gap-1.5">
              <p className="text-sm font-medium">Its token, shown this once</p>
              <Copyable text={admitted.token} label="the token of the relay" />
              {admitted.nodes.map((node) => (
                <Copyable key={node} text={node} label="the address of a node" />
              ))}
            </div>
          ) : (
            <Form
              submit="Let it in"
              onSubmit={async (fields) => {
                const input = { relay: textOf(fields, "relay"), for: textOf(fields, "for") };
                setAdmitted((await send("live.relay", { show, ...input })) as Admitted);
              }}
            >
              <div className="grid gap-4 sm:grid-cols-2">
                <Field
                  label="Name"
                  name="relay"
                  required
                  maxLength={40}
                  autoComplete="off"
                  hint="A new token ends the one of that name"
                />
                <Choice label="How long" name="for" defaultValue="24h" options={spans} />
              </div>
            </Form>
          )}
        </div>
      </Dialog>
    </>
  );
}
