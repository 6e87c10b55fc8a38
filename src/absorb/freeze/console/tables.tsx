import type { ReactNode } from "react";
import {
  Ago,
  Badge,
  bytes,
  Confirm,
  Empty,
  type FreezeCoverage,
  type FreezeForms,
  say,
  send,
  share,
  Table,
  type Tone,
  useMay,
} from "#console";

type Coverage = FreezeCoverage["sites"][number];
type Kept = FreezeForms["forms"][number];
const pagesShownMax = 30;

/** What people visit, and whether the copy holds it. */
export const Pages = ({ coverage }: { coverage: Coverage }): ReactNode =>
  coverage.pages.length === 0 ? (
    <Empty icon="file" title="Nobody has visited yet" />
  ) : (
    <Table
      label={`Pages of ${coverage.service}`}
      rows={coverage.pages.slice(0, pagesShownMax)}
      keyOf={({ key }) => key}
      columns={[
        {
          head: "Page",
          cell: ({ key, title }) => (
            <span className="block max-w-[60ch] min-w-0">
              <span className="block truncate">{title || key}</span>
              <span className="block truncate font-mono text-xs text-muted">{key}</span>
            </span>
          ),
        },
        { head: "Visits", number: true, cell: (page) => share(page.share) },
        { head: "Up to here", number: true, wideOnly: true, cell: ({ upTo }) => share(upTo) },
        {
          head: "Copy",
          cell: ({ key, kept }) =>
            kept ? (
              <a
                className="text-accent hover:underline"
                href={`/api/freeze.preview?service=${encodeURIComponent(coverage.service)}&page=${encodeURIComponent(key)}`}
                target="_blank"
                rel="noreferrer"
                title="The words of the copy; no images, no scripts."
              >
                Preview<span className="sr-only"> of {title(key)}</span>
              </a>
            ) : (
              <Badge tone="none">not kept</Badge>
            ),
        },
      ]}
    />
  );
const title = (key: string): string => key.slice(key.indexOf("/"));

/** What pages need and the copy lacks. */
export const Lacks = ({
  coverage: { service, missing, external },
}: {
  coverage: Coverage;
}): ReactNode => (
  <>
    {missing.length > 0 && (
      <Table
        label={`Missing in the copy of ${service}`}
        rows={missing.slice(0, pagesShownMax)}
        keyOf={({ url }) => url}
        columns={[
          {
            head: "Missing",
            cell: ({ url }) => <span className="font-mono text-xs break-all">{url}</span>,
          },
          { head: "Why", cell: ({ why }) => why },
          { head: "Needed by", wideOnly: true, cell: ({ neededBy }) => neededBy },
        ]}
      />
    )}
    {external.length > 0 && (
      <p className="px-5 py-3 text-xs text-muted max-sm:px-4">
        From other sites, which are not copied: {external.map(({ host }) => host).join(", ")}
      </p>
    )}
  </>
);

const tones: Readonly<Record<Kept["state"], Tone>> = {
  waiting: "none",
  sending: "none",
  sent: "good",
  failed: "bad",
};

/** Forms that were kept, and what became of them. */
export function Forms({ service, forms }: { service: string; forms: readonly Kept[] }): ReactNode {
  const operator = useMay("operator");
  const unsent = forms.filter(({ state }) => state !== "sent");
  return (
    <>
      <Table
        label={`Kept forms for ${service}`}
        rows={forms.slice(-pagesShownMax)}
        keyOf={({ receipt }) => receipt}
        columns={[
          {
            head: "Receipt",
            cell: ({ receipt }) => <span className="font-mono text-xs">{receipt}</span>,
          },
          { head: "Request", cell: ({ method, path }) => `${method} ${path}` },
          { head: "Kept", wideOnly: true, cell: ({ keptAt }) => <Ago at={keptAt} /> },
          { head: "Size", number: true, wideOnly: true, cell: (form) => bytes(form.bytes) },
          {
            head: "State",
            cell: ({ state, status }) => (
              <Badge tone={tones[state]}>{status === null ? state : `${state} (${status})`}</Badge>
            ),
          },
        ]}
      />
      {operator && unsent.length > 0 && (
        <div className="flex justify-end px-5 py-3 max-sm:px-4">
          <Confirm
            what="Drop"
            label={`Drop the kept forms of ${service}`}
            title={`Drop ${unsent.length} kept forms?`}
            onConfirm={async () => {
              await send("freeze.drop", { service, reason: "dropped in the console" });
              say("The forms are dropped");
            }}
          >
            They are not sent to {service}, and what people wrote is lost. They were told that it is
            kept.
          </Confirm>
        </div>
      )}
    </>
  );
}
