import type { ReactNode } from "react";
import { amount, Badge, duration, Empty, type GatewayNow, Link, share } from "#console";

type Service = GatewayNow["services"][number];
type Instance = Service["instances"][number];
type Beat = Instance["strip"][number];

const beats: Record<Beat, { height: number; fill: string }> = {
  good: { height: 10, fill: "fill-good-fill" },
  mixed: { height: 15, fill: "fill-warn-fill" },
  bad: { height: 20, fill: "fill-bad-fill" },
  none: { height: 3, fill: "fill-none-fill" },
};
const secondsPerBeat = 10;

/** How it went in the last ten minutes, newest at the right; worse stands taller, so colour is not needed. */
function HealthStrip({ strip, label }: { strip: readonly Beat[]; label: string }): ReactNode {
  const minutes = Math.round((strip.length * secondsPerBeat) / 60);
  const ill = strip.filter((beat) => beat === "bad" || beat === "mixed").length;
  const said = `${label}: errors in ${ill} of the last ${strip.length} intervals (${minutes} minutes)`;
  return (
    <svg
      role="img"
      aria-label={said}
      viewBox={`0 0 ${strip.length * 4} 20`}
      className="h-5 w-full min-w-24"
      preserveAspectRatio="none"
    >
      <title>{said}</title>
      {strip.map((beat, place) => (
        <rect
          // oxlint-disable-next-line react/no-array-index-key -- the places are the intervals.
          key={place}
          x={place * 4}
          width={2.6}
          y={20 - beats[beat].height}
          height={beats[beat].height}
          rx={0.8}
          className={beats[beat].fill}
        />
      ))}
    </svg>
  );
}

function Standing({ instance, breaker }: { instance: Instance; breaker: string }): ReactNode {
  if (instance.ejected) return <Badge tone="warn">ejected</Badge>;
  if (!instance.healthy) return <Badge tone="bad">out of rotation</Badge>;
  if (instance.resting) return <Badge tone="warn">resting</Badge>;
  if (breaker === "open") return <Badge tone="bad">breaker open</Badge>;
  if (instance.share < 1)
    return <Badge tone="none">starting, {share(instance.share)} of its share</Badge>;
  if (instance.sickPaths > 0)
    return <Badge tone="warn">{amount(instance.sickPaths)} paths elsewhere</Badge>;
  return <Badge tone="good">in rotation</Badge>;
}

/** Places taken at an instance, of those it has. */
function Places({ inFlight, limit }: Pick<Instance, "inFlight" | "limit">): ReactNode {
  const taken = limit === null || limit === 0 ? 0 : Math.min(1, inFlight / limit);
  return (
    <div className="w-28">
      <p className="text-xs text-muted">
        {amount(inFlight)} {limit === null ? "in flight" : `of ${amount(limit)} places`}
      </p>
      {limit !== null && (
        <div className="mt-1 h-1.5 rounded-full bg-sunken" aria-hidden="true">
          <div
            className={`h-full rounded-full ${taken >= 1 ? "bg-bad-fill" : taken > 0.85 ? "bg-warn-fill" : "bg-good-fill"}`}
            style={{ width: `${taken * 100}%` }}
          />
        </div>
      )}
    </div>
  );
}

const Row = ({ service, instance }: { service: Service; instance: Instance }): ReactNode => (
  <li className="grid grid-cols-[minmax(7rem,12rem)_minmax(0,1fr)_auto_auto] items-center gap-x-5 gap-y-2 px-5 py-2.5 max-md:grid-cols-[minmax(0,1fr)_auto] max-sm:px-4">
    <div className="min-w-0">
      <Link
        href={`/services?service=${encodeURIComponent(service.service)}`}
        className="block truncate text-sm font-medium text-accent hover:underline"
      >
        {instance.id}
      </Link>
      <p className="truncate text-xs text-faint">
        {amount(instance.requestsPerSecond)}/s
        {instance.errorsPerSecond > 0 && (
          <span className="font-medium text-bad">
            {" "}
            · {amount(instance.errorsPerSecond)} errors/s
          </span>
        )}
      </p>
    </div>
    <div className="max-md:order-last max-md:col-span-2">
      <HealthStrip strip={instance.strip} label={instance.id} />
    </div>
    <Places inFlight={instance.inFlight} limit={instance.limit} />
    <div className="justify-self-end max-md:col-start-2 max-md:row-start-1">
      <Standing instance={instance} breaker={service.breaker} />
    </div>
  </li>
);

/** Every instance: the last ten minutes, what it carries, whether it is asked. */
export function Instances({ services }: { services: readonly Service[] }): ReactNode {
  if (!services.some(({ instances }) => instances.length > 0))
    return <Empty icon="services" title="No instance to send requests to" />;
  return (
    <div className="divide-y divide-line">
      {services.map((service) => (
        <section key={service.service} aria-label={`Instances of ${service.service}`}>
          <p className="flex flex-wrap gap-x-4 px-5 pt-2.5 text-xs text-muted max-sm:px-4">
            <span className="font-semibold text-ink">{service.service}</span>
            <span>{amount(service.requestsPerSecond)} requests/s</span>
            <span>99 % in {duration(service.latencyMs.p99)}</span>
            {service.queued > 0 && (
              <span className={service.isPressed ? "font-medium text-bad" : ""}>
                {amount(service.queued)} wait for a place
              </span>
            )}
          </p>
          <ul>
            {service.instances.map((instance) => (
              <Row key={instance.id} service={service} instance={instance} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
