import { type ReactNode, useState } from "react";
import {
  Button,
  Dialog,
  type HandoffBrief,
  Loading,
  ProblemView,
  say,
  copyText,
  useAsk,
} from "#console";

/** What whoever takes over has to know, to read and to paste into a chat. */
export function BriefButton({ team }: { team: string }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { data, error, retry } = useAsk<HandoffBrief>("handoff.brief", { team }, isOpen);
  return (
    <>
      <Button icon="file" aria-label={`Handoff brief of ${team}`} onClick={() => setOpen(true)}>
        Handoff brief
      </Button>
      <Dialog open={isOpen} title={`Handoff: ${team}`} onClose={() => setOpen(false)} wide>
        {error && <ProblemView error={error} retry={retry} />}
        {!data && !error && <Loading what="the brief" lines={6} />}
        {data && (
          <div className="grid gap-4">
            <p className="text-sm leading-6 break-words whitespace-pre-wrap">{data.text}</p>
            <div>
              <Button
                icon="copy"
                onClick={async () => {
                  const done = await copyText(data.text);
                  say(
                    done ? "The brief is copied" : "The browser did not copy it",
                    done ? "good" : "bad",
                  );
                }}
              >
                Copy
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  );
}
