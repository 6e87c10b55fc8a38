import { type ReactNode, useState } from "react";
import {
  Badge,
  Button,
  Card,
  copyText,
  count,
  Empty,
  Field,
  Icon,
  Link,
  Loading,
  PageHead,
  ProblemView,
  runbookAt,
  type RunbookList,
  say,
  useAsk,
  useLive,
} from "#console";
import { Mistakes } from "./mistakes.tsx";

type Listed = RunbookList["runbooks"][number];

const example = `---
services: [shop]
alerts: ["Checkout*"]
---
# Nobody can pay

- [ ] Look whether the bank answers
- [ ] Serve what was there before

\`\`\`castor
cache.purge { service: $service }
\`\`\`
`;

const Row = ({ of }: { of: Listed }): ReactNode => (
  <li>
    <Link
      href={runbookAt(of.runbook)}
      className="flex min-h-14 items-center gap-4 px-5 py-3 hover:bg-hover max-sm:px-4"
    >
      <Icon name="steps" className="size-5 shrink-0 text-faint" />
      <span className="min-w-0 flex-1">
        <span className="block font-medium wrap-anywhere">{of.title}</span>
        <span className="block text-xs text-muted wrap-anywhere">
          {[
            ...(of.services.length > 0 ? [of.services.join(", ")] : []),
            ...(of.alerts.length > 0 ? [of.alerts.join(", ")] : []),
            of.runbook,
          ].join(" · ")}
        </span>
      </span>
      {of.mistakes > 0 && <Badge tone="warn">{count(of.mistakes, "mistake")}</Badge>}
      <span className="text-xs whitespace-nowrap text-muted">{count(of.steps, "step")}</span>
    </Link>
  </li>
);

const First = ({ folder }: { folder: string }): ReactNode => (
  <Card>
    <Empty icon="steps" title="No runbook yet">
      The best time to write one is the day after somebody needed it.
    </Empty>
    <p className="text-sm text-muted">
      Save this as <code className="font-mono">{folder}/nobody-can-pay.md</code> beside castor.yaml;
      it is here a moment later. Steps are <code className="font-mono">- [ ]</code> items; a block
      fenced as <code className="font-mono">castor</code> is a verb of Castor that you can try and
      run.
    </p>
    <pre className="mt-3 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs" tabIndex={0}>
      {example}
    </pre>
    <div className="mt-3">
      <Button
        icon="copy"
        onClick={async () => {
          const isCopied = await copyText(example);
          say(isCopied ? "Copied" : "The browser did not allow copying", isCopied ? "good" : "bad");
        }}
      >
        Copy the example
      </Button>
    </div>
  </Card>
);

function Found({ all }: { all: RunbookList }): ReactNode {
  const [text, setText] = useState("");
  const wanted = text.trim();
  const { data } = useAsk<RunbookList>("runbooks.list", { text: wanted }, wanted !== "");
  const shown = wanted === "" ? all.runbooks : (data?.runbooks ?? []);
  return (
    <>
      <Field
        label="Find"
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder="disk full, checkout, certificate…"
        autoComplete="off"
        className="max-w-md"
      />
      <Card flush>
        {wanted !== "" && data?.runbooks.length === 0 ? (
          <Empty icon="search" title="None has these words" />
        ) : (
          <ul className="divide-y divide-line">
            {shown.map((each) => (
              <Row key={each.runbook} of={each} />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

/** All runbooks, found as one types. */
export function RunbooksList(): ReactNode {
  const { data, error, retry } = useLive<RunbookList>("runbooks.list");
  return (
    <>
      <PageHead
        title="Runbooks"
        says="What to do when it breaks: Markdown files beside castor.yaml. They open by themselves where an alert or an incident is about them."
      />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="runbooks" lines={6} />}
      {data && (
        <div className="grid gap-5">
          <Mistakes mistakes={data.mistakes} />
          {data.runbooks.length > 0 ? <Found all={data} /> : <First folder={data.folder} />}
        </div>
      )}
    </>
  );
}
