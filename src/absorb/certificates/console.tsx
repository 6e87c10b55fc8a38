import type { ReactNode } from "react";
import type * as z from "zod";
import {
  Badge,
  Card,
  type Column,
  Confirm,
  date,
  Empty,
  Loading,
  ProblemView,
  say,
  send,
  Table,
  useLive,
  useMay,
} from "#console";
import type { list } from "./contract.ts";

type Listed = z.infer<(typeof list)["output"]>;
type Certificate = Listed["certificates"][number];

const words = { wanted: "being asked for", held: "held", failing: "failing" } as const;
const tones = { wanted: "none", held: "good", failing: "bad" } as const;

const Deeds = ({ name }: { name: string }): ReactNode =>
  useMay("operator") ? (
    <Confirm
      what="Renew"
      label={`Renew ${name}`}
      title={`Renew the certificate of ${name} now?`}
      onConfirm={async () => {
        await send("certificates.renew", { name });
        say(`${name} is being renewed`);
      }}
    >
      The authority is asked for a new one; the present one stays in use until it is there.
      Authorities limit how often they may be asked in a week.
    </Confirm>
  ) : null;

const columns: Column<Certificate>[] = [
  { head: "Names", cell: ({ names }) => <span className="font-medium">{names.join(", ")}</span> },
  {
    head: "State",
    cell: ({ state, why, failures }) => (
      <span>
        <Badge tone={tones[state]}>{words[state]}</Badge>
        {why !== null && (
          <span className="block text-sm">
            {why} ({failures} in a row)
          </span>
        )}
      </span>
    ),
  },
  { head: "Until", cell: ({ expiresAt }) => (expiresAt === null ? "–" : date(expiresAt)) },
  {
    head: "Renewed on",
    cell: ({ renewAt }) => (renewAt === null ? "–" : date(renewAt)),
    wideOnly: true,
  },
  { head: "By", cell: ({ issuer }) => issuer ?? "–", wideOnly: true },
  { head: "", cell: ({ name }) => <Deeds name={name} /> },
];

/** The certificates that Castor gets by itself. */
export function CertificatesSection(): ReactNode {
  const { data, error, retry } = useLive<Listed>("certificates.list");
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the certificates" lines={3} />;
  if (data.certificates.length === 0)
    return (
      <Empty icon="shield" title="No certificate is asked for">
        Name your hosts under <code>certificates.acme</code> in castor.yaml, and Castor gets their
        certificates and renews them.
      </Empty>
    );
  return (
    <Card title="Certificates" hint={`from ${data.directory}`} flush>
      <Table
        label="Certificates"
        rows={data.certificates}
        columns={columns}
        keyOf={({ name }) => name}
      />
    </Card>
  );
}
