import { type ReactNode, useEffect, useRef } from "react";
import {
  At,
  Badge,
  Card,
  count,
  Empty,
  For,
  Link,
  Loading,
  PageHead,
  ProblemView,
  type Service,
  type ServiceInstance,
  Strip,
  instanceTone,
  instanceWord,
  useLive,
  usePlace,
} from "#console";

const where = ({ url, pid, port }: ServiceInstance): string =>
  [url, pid ? `process ${pid}` : undefined, port ? `port ${port}` : undefined]
    .filter(Boolean)
    .join(" · ");

const Check = ({ check }: { check: NonNullable<ServiceInstance["lastCheck"]> }): ReactNode => (
  <p className={`text-xs ${check.ok ? "text-muted" : "text-bad"}`}>
    Last check <At at={check.at} />: {check.says ?? (check.ok ? "passed" : "failed")}
  </p>
);

const Instance = ({ instance }: { instance: ServiceInstance }): ReactNode => {
  const tone = instanceTone(instance);
  return (
    <li className="grid grid-cols-[minmax(9rem,1fr)_minmax(10rem,16rem)_auto] items-center gap-x-5 gap-y-1.5 px-5 py-3.5 max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:px-4">
      <div className="min-w-0">
        <p className="truncate text-sm font-medium">{instance.id}</p>
        <p className="truncate text-xs text-muted">{where(instance)}</p>
      </div>
      <div className="min-w-0 max-sm:col-span-2 max-sm:row-start-2">
        <Strip beats={instance.strip} label={`Health of ${instance.id}`} />
        {instance.lastCheck && <Check check={instance.lastCheck} />}
      </div>
      <div className="text-right">
        <Badge tone={tone}>{instanceWord(instance)}</Badge>
        <p className="mt-1 text-xs text-muted">
          for <For since={instance.healthSince} />
          {instance.restarts > 0 && ` · ${count(instance.restarts, "restart")}`}
        </p>
      </div>
    </li>
  );
};

function ServiceCard({ service, chosen }: { service: Service; chosen: boolean }): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const well = service.instances.filter((each) => instanceTone(each) === "good").length;
  return (
    <div ref={ref} className={chosen ? "rounded-xl outline-2 outline-offset-2 outline-accent" : ""}>
      <Card
        title={service.id}
        hint={`${service.kind} · ${well} of ${count(service.instances.length, "instance")} healthy`}
        aside={
          <Link
            href={`/log?text=${encodeURIComponent(service.id)}`}
            className="text-sm text-accent hover:underline"
          >
            Its log
          </Link>
        }
        flush
      >
        <ul className="divide-y divide-line">
          {service.instances.map((instance) => (
            <Instance key={instance.id} instance={instance} />
          ))}
        </ul>
      </Card>
    </div>
  );
}

/** What runs, where, and how it has been. */
export function ServicesPage(): ReactNode {
  const { data, error, retry } = useLive<Service[]>("catalog.services");
  const chosen = usePlace().search.get("service");
  return (
    <>
      <PageHead
        title="Services"
        says="What runs, where, and how its last 64 checks went: tall bars are failures."
      />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the services" lines={6} />}
      {data?.length === 0 && (
        <Empty icon="services" title="No service yet">
          Add one to <code className="font-mono">castor.yaml</code>; it appears here by itself.
        </Empty>
      )}
      <div className="grid gap-4">
        {data?.map((service) => (
          <ServiceCard key={service.id} service={service} chosen={service.id === chosen} />
        ))}
      </div>
    </>
  );
}
