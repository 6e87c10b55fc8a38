import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import {
  Ago,
  Badge,
  Button,
  Card,
  Confirm,
  Icon,
  Loading,
  ProblemView,
  type PushDevices,
  say,
  useAsk,
  useMe,
  useSend,
  useTask,
} from "#console";
import { hindrance, thisDevice, turnOff, turnOn } from "./console/this-browser.ts";

type Device = PushDevices["devices"][number];

const Test = ({ device }: { device: Device }): ReactNode => {
  const run = useSend("push.devices");
  const task = useTask();
  return (
    <>
      <Button
        busy={task.busy}
        aria-label={`Test ${device.name}`}
        onClick={() =>
          void task.run(async () => {
            await run("push.test", { device: device.device });
            say(`Sent. ${device.name} should show it within seconds`);
          })
        }
      >
        Test
      </Button>
      {task.error && (
        <div className="basis-full">
          <ProblemView error={task.error} />
        </div>
      )}
    </>
  );
};

const DeviceRow = ({ device, isHere }: { device: Device; isHere: boolean }): ReactNode => {
  const run = useSend("push.devices");
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <Icon name="phone" className="size-5 text-faint" />
      <div className="min-w-40 flex-1 max-sm:basis-4/5">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {device.name}
          {isHere && <Badge tone="good">this device</Badge>}
        </p>
        <p className="text-xs text-muted">
          {device.shownAt === null ? (
            <>
              Added <Ago at={device.addedAt} />, has shown nothing yet
            </>
          ) : (
            <>
              Last showed something <Ago at={device.shownAt} />
            </>
          )}
        </p>
      </div>
      <span className="ml-auto flex flex-wrap justify-end gap-2">
        <Test device={device} />
        <Confirm
          what="Remove"
          label={`Remove ${device.name}`}
          title={`Remove ${device.name}?`}
          onConfirm={async () => {
            await run("push.remove-device", { device: device.device });
            if (isHere) await turnOff();
            say(`${device.name} is told no more`);
          }}
        >
          It is told of no page any more. It can be added again from there.
        </Confirm>
      </span>
    </li>
  );
};

const Invitation = ({ onDone }: { onDone: (device: string) => void }): ReactNode => {
  const task = useTask();
  const why = hindrance();
  return (
    <div className="grid gap-3 rounded-lg bg-sunken p-4">
      <p className="text-sm">
        <span className="font-medium">Pages on this device.</span>{" "}
        <span className="text-muted">
          {why ??
            "A notification with buttons, also while Castor is closed. No app, no other account."}
        </span>
      </p>
      {why === undefined && (
        <div>
          <Button
            kind="primary"
            icon="phone"
            busy={task.busy}
            onClick={() =>
              void task.run(async () => {
                onDone(await turnOn());
                say("This device is told of your pages now");
              })
            }
          >
            Turn on
          </Button>
        </div>
      )}
      {task.error && <ProblemView error={task.error} />}
    </div>
  );
};

/** The browsers that tell somebody of their pages, and this one first. */
export function DevicesCard(): ReactNode {
  const me = useMe();
  const client = useQueryClient();
  const [here, setHere] = useState<string>();
  const account = me?.id;
  const { data, error, retry } = useAsk<PushDevices>(
    "push.devices",
    { account },
    account !== undefined,
  );
  useEffect(() => {
    // A subscription that the browser has kept is the same device; where it cannot be told, nothing is lost.
    thisDevice().then(setHere, () => undefined);
  }, []);
  const all = data?.devices ?? [];
  const isHere = all.some(({ device }) => device === here);
  return (
    <Card title="My devices" hint="notifications that this browser, or your phone's, shows">
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="your devices" lines={2} />}
      {data && (
        <div className="grid gap-2">
          {!isHere && (
            <Invitation
              onDone={(device) => {
                setHere(device);
                void client.invalidateQueries({ queryKey: ["push.devices"] });
              }}
            />
          )}
          <ul className="divide-y divide-line">
            {all.map((each) => (
              <DeviceRow key={each.device} device={each} isHere={each.device === here} />
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}
