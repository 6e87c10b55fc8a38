import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  Badge,
  Button,
  Card,
  Confirm,
  count,
  Empty,
  For,
  instanceTone,
  instanceWord,
  Link,
  Loading,
  PageHead,
  ProblemView,
  say,
  send,
  type Service,
  type ServiceInstance,
  type Services,
  Strip,
  useLive,
  useMay,
  usePlace,
} from "#console";
import { OutputDialog } from "./console/output.tsx";

const where = ({ url, host, port, pid }: ServiceInstance): string =>
  [url ?? `${host}:${port}`, pid ? `process ${pid}` : undefined].filter(Boolean).join(" · ");

const Deeds = ({
  instance,
  onOutput,
}: {
  instance: ServiceInstance;
  onOutput: () => void;
}): ReactNode => {
  const responder = useMay("responder");
  const operator = useMay("operator");
  if (instance.state === "external") return null;
  return (
    <div className="flex justify-end gap-2 max-lg:col-span-2">
      {responder && (
        <Button aria-label={`Output of ${instance.id}`} onClick={onOutput}>
          Output
        </Button>
      )}
      {operator && (
        <Confirm
          what="Restart"
          label={`Restart ${instance.id}`}
          title={`Restart ${instance.id}?`}
          onConfirm={async () => {
            await send("catalog.restart", { instance: instance.id });
            say(`${instance.id} restarts`);
          }}
        >
          It is taken out of rotation, finishes what it has begun, and starts again.
        </Confirm>
      )}
    </div>
  );
};

const Instance = ({
  instance,
  onOutput,
}: {
  instance: ServiceInstance;
  onOutput: () => void;
}): ReactNode => {
  const tone = instanceTone(instance);
  return (
    <li className="grid grid-cols-[minmax(9rem,0.6fr)_minmax(10rem,1fr)_10rem_13rem] items-center gap-x-5 gap-y-2 px-5 py-3.5 max-lg:grid-cols-[minmax(0,1fr)_auto] max-sm:px-4">
      <div className="min-w-0">
        <p className="truncate text-sm font-medium">{instance.id}</p>
        <p className="truncate text-xs text-muted">{where(instance)}</p>
      </div>
      <div className="min-w-0 max-lg:col-span-2 max-lg:row-start-2">
        <Strip beats={instance.strip} label={`Health of ${instance.id}`} />
        <p className={`text-xs ${tone === "bad" ? "text-bad" : "text-muted"}`}>{instance.why}</p>
      </div>
      <div className="text-right">
        <Badge tone={tone}>{instanceWord(instance)}</Badge>
        <p className="mt-1 text-xs text-muted">
          for <For since={instance.healthSince} />
          {instance.restarts > 0 && ` · ${count(instance.restarts, "restart")}`}
        </p>
      </div>
      <Deeds instance={instance} onOutput={onOutput} />
    </li>
  );
};

type ServiceProps = { service: Service; chosen: boolean; onOutput: (instance: string) => void };

function ServiceCard({ service, chosen, onOutput }: ServiceProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const well = service.instances.filter((each) => instanceTone(each) === "good").length;
  return (
    <div ref={ref} className={chosen ? "rounded-xl outline-2 outline-offset-2 outline-accent" : ""}>
      <Card
        title={service.id}
        hint={`${service.kind === "url" ? "runs elsewhere" : "run by Castor"} · ${well} of ${count(service.instances.length, "instance")} healthy`}
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
        <ul className="divide-y divide-line" aria-label={`Instances of ${service.id}`}>
          {service.instances.map((instance) => (
            <Instance
              key={instance.id}
              instance={instance}
              onOutput={() => onOutput(instance.id)}
            />
          ))}
        </ul>
      </Card>
    </div>
  );
}

/** What runs, where, and how it has been. */
export function ServicesPage(): ReactNode {
  const { data, error, retry } = useLive<Services>("catalog.services");
  const [outputOf, setOutputOf] = useState<string>();
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
          <ServiceCard
            key={service.id}
            service={service}
            chosen={service.id === chosen}
            onOutput={setOutputOf}
          />
        ))}
      </div>
      <OutputDialog instance={outputOf} onClose={() => setOutputOf(undefined)} />
    </>
  );
}
