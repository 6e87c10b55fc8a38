import { type ReactNode, useState } from "react";
import { amount, Choice, Field, type GatewayNow, span, textOf, useSend } from "#console";
import { Intervention } from "./intervention.tsx";

type Service = GatewayNow["services"][number];

const inFlightOf = ({ instances }: Service): number =>
  instances.reduce((sum, { inFlight }) => sum + inFlight, 0);
const holds = [
  ["10s", "10 seconds"],
  ["30s", "30 seconds"],
  ["2m", "2 minutes"],
] as const;

function ResumeButton({ service, at }: { service: Service; at: number }): ReactNode {
  const send = useSend("gateway.now");
  const closed = service.stopped ?? service.paused;
  if (!closed) return null;
  const word = service.stopped ? "stopped" : "paused";
  return (
    <Intervention
      what={`Resume ${service.service}`}
      icon="play"
      title={`Resume ${service.service}`}
      submit="Resume now"
      done={`${service.service} takes visitors again`}
      asksWhy={false}
      effect={
        <p>
          It is {word} since {span(at - closed.at)}: {closed.reason}. Visitors come in again at once
          {service.held > 0 ? `, and ${amount(service.held)} who were held go on` : ""}.
        </p>
      }
      act={() => send("gateway.resume", { service: service.service })}
    />
  );
}

function StopButton({ services }: { services: readonly Service[] }): ReactNode {
  const send = useSend("gateway.now");
  const [picked, setPicked] = useState(services[0]?.service);
  const [how, setHow] = useState<"stop" | "pause">("stop");
  const service = services.find((each) => each.service === picked) ?? services[0];
  if (!service) return null;
  const rate = amount(service.requestsPerSecond);
  return (
    <Intervention
      what="Stop"
      icon="pause"
      title={`${how === "stop" ? "Stop" : "Pause"} ${service.service}`}
      submit={how === "stop" ? "Stop now" : "Pause now"}
      done={`${service.service} is ${how === "stop" ? "stopped" : "paused"}`}
      danger
      effect={
        <>
          <p>
            {rate} requests/s of <b>{service.service}</b>{" "}
            {how === "stop"
              ? "get a page that says so, at once (503), until somebody resumes it."
              : "are held, each for so long at most; those who wait longer get an error page."}
          </p>
          <p>
            {amount(inFlightOf(service))} requests under way are finished. What the cache holds is
            still served; health checks go on.
          </p>
        </>
      }
      act={({ reason, fields }) => {
        const [message, name] = [textOf(fields, "message"), service.service];
        return how === "stop"
          ? send("gateway.stop", { service: name, reason, ...(message ? { message } : {}) })
          : send("gateway.pause", { service: name, reason, maxHold: textOf(fields, "hold") });
      }}
    >
      {services.length > 1 && (
        <Choice
          label="Service"
          value={service.service}
          onChange={({ currentTarget }) => setPicked(currentTarget.value)}
          options={services.map((each) => [each.service, each.service] as const)}
        />
      )}
      <Choice
        label="How"
        value={how}
        onChange={({ currentTarget }) => setHow(currentTarget.value as typeof how)}
        options={[
          ["stop", "Stop: a page at once"],
          ["pause", "Pause: requests wait"],
        ]}
      />
      {how === "stop" ? (
        <Field label="What visitors read" name="message" maxLength={500} hint="May stay empty." />
      ) : (
        <Choice label="Held for at most" name="hold" options={holds} defaultValue="30s" />
      )}
    </Intervention>
  );
}

/** Stops or pauses a service, and resumes those that are. */
export function Stopping({ now }: { now: GatewayNow }): ReactNode {
  const isClosed = ({ stopped, paused }: Service): boolean => stopped !== null || paused !== null;
  const open = now.services.filter((each) => !isClosed(each));
  return (
    <>
      {now.services.filter(isClosed).map((each) => (
        <ResumeButton key={each.service} service={each} at={now.at} />
      ))}
      <StopButton services={open} />
    </>
  );
}
