import { type ReactNode, useEffect, useRef } from "react";
import { Dialog, Empty, type InstanceLogs, Loading, ProblemView, useLive } from "#console";

const LINES_SHOWN = 200;

/** The newest lines, the last one in sight as long as the reader has not scrolled up. */
function Lines({ lines }: { lines: readonly string[] }): ReactNode {
  const ref = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current) ref.current?.scrollTo(0, ref.current.scrollHeight);
  }, [lines]);
  return (
    <pre
      ref={ref}
      tabIndex={0}
      aria-label="Output, oldest first"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
      className="h-[60dvh] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs whitespace-pre-wrap"
    >
      {lines.join("\n")}
    </pre>
  );
}

function Output({ instance }: { instance: string }): ReactNode {
  const { data, error, retry } = useLive<InstanceLogs>("catalog.instance-logs", {
    instance,
    lines: LINES_SHOWN,
  });
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the output" lines={5} />;
  if (data.unavailable) return <Empty icon="log" title={data.unavailable} />;
  if (data.lines.length === 0) return <Empty icon="log" title="It has printed nothing yet" />;
  return <Lines lines={data.lines} />;
}

/** What an instance prints, live. */
export const OutputDialog = ({
  instance,
  onClose,
}: {
  instance: string | undefined;
  onClose: () => void;
}): ReactNode => (
  <Dialog
    open={instance !== undefined}
    title={`Output of ${instance ?? ""}`}
    onClose={onClose}
    wide
  >
    {instance !== undefined && <Output instance={instance} />}
  </Dialog>
);
