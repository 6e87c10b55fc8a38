import type { ReactNode } from "react";
import {
  amount,
  Badge,
  bytes,
  type Column,
  duration,
  Empty,
  type GatewayNow,
  type GatewayRoutes,
  Link,
  Table,
} from "#console";

type Route = GatewayRoutes["routes"][number];
type Service = GatewayNow["services"][number];
type Row = { service: Service; instance: Service["instances"][number] };

const routeColumns: Column<Route>[] = [
  {
    head: "Host and path",
    cell: ({ hosts, path }) => (
      <span className="font-mono text-sm">
        {hosts.length === 0 || hosts.includes("*") ? "any host " : hosts.join(", ")}
        <span className="text-accent">{path}</span>
      </span>
    ),
  },
  { head: "Service", cell: ({ service }) => <ServiceLink id={service} /> },
  { head: "Requests", cell: (route) => `${amount(route.requestsPerSecond)}/s`, number: true },
  {
    head: "Time limits",
    cell: ({ timeouts }) => (
      <span className="text-muted">
        {Object.entries(timeouts)
          .map(([name, ms]) => `${name.replace(/Ms$/, "")} ${duration(ms)}`)
          .join(" · ")}
      </span>
    ),
    wideOnly: true,
  },
  {
    head: "Largest body",
    cell: (route) => bytes(route.bodyBytesMax),
    number: true,
    wideOnly: true,
  },
];

const ServiceLink = ({ id }: { id: string }): ReactNode => (
  <Link
    href={`/services?service=${encodeURIComponent(id)}`}
    className="text-accent hover:underline"
  >
    {id}
  </Link>
);

export const Routes = ({ routes }: { routes: readonly Route[] }): ReactNode => (
  <Table label="Routes" rows={routes} columns={routeColumns} keyOf={(route) => route.id} />
);

function rotation({ instance }: Row): ReactNode {
  if (instance.ejected) return <Badge tone="warn">ejected</Badge>;
  if (!instance.healthy) return <Badge tone="bad">out of rotation</Badge>;
  return <Badge tone="good">in rotation</Badge>;
}

const instanceColumns: Column<Row>[] = [
  { head: "Instance", cell: ({ instance }) => <span className="font-medium">{instance.id}</span> },
  { head: "Service", cell: ({ service }) => <ServiceLink id={service.service} />, wideOnly: true },
  { head: "Rotation", cell: rotation },
  {
    head: "Requests",
    cell: ({ instance }) => `${amount(instance.requestsPerSecond)}/s`,
    number: true,
  },
  {
    head: "Errors",
    cell: ({ instance: { errorsPerSecond } }) => (
      <span className={errorsPerSecond > 0 ? "font-medium text-bad" : ""}>
        {amount(errorsPerSecond)}/s
      </span>
    ),
    number: true,
  },
  { head: "In flight", cell: ({ instance }) => amount(instance.inFlight), number: true },
  {
    head: "Service p50",
    cell: ({ service }) => duration(service.latencyMs.p50),
    number: true,
    wideOnly: true,
  },
  {
    head: "Service p99",
    cell: ({ service }) => duration(service.latencyMs.p99),
    number: true,
    wideOnly: true,
  },
];

export function Instances({ services }: { services: readonly Service[] }): ReactNode {
  const rows = services.flatMap((service) =>
    service.instances.map((instance) => ({ service, instance })),
  );
  if (rows.length === 0) return <Empty icon="services" title="No instance to send requests to" />;
  return (
    <Table
      label="Instances"
      rows={rows}
      columns={instanceColumns}
      keyOf={(row) => `${row.service.service} ${row.instance.id}`}
    />
  );
}

const refusalColumns: Column<GatewayNow["refusals"][number]>[] = [
  { head: "Reason", cell: ({ reason }) => <code className="font-mono text-sm">{reason}</code> },
  { head: "Now", cell: ({ perSecond }) => `${amount(perSecond)}/s`, number: true },
];

export const Refusals = ({ refusals }: { refusals: GatewayNow["refusals"] }): ReactNode =>
  refusals.length === 0 ? (
    <Empty icon="check" title="Nothing was refused in the last seconds" />
  ) : (
    <Table
      label="Refusals"
      rows={refusals}
      columns={refusalColumns}
      keyOf={({ reason }) => reason}
    />
  );

const workerColumns: Column<GatewayNow["workers"][number]>[] = [
  { head: "Worker", cell: ({ id }) => <span className="font-medium">{id}</span> },
  { head: "Process", cell: ({ pid }) => pid ?? "–", number: true },
  { head: "Connections", cell: ({ connections }) => amount(connections), number: true },
];

export const Workers = ({ workers }: { workers: GatewayNow["workers"] }): ReactNode =>
  workers.length === 0 ? (
    <Empty icon="warning" title="No worker has reported yet" />
  ) : (
    <Table label="Workers" rows={workers} columns={workerColumns} keyOf={({ id }) => id} />
  );
