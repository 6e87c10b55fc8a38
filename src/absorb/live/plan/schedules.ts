import { offsetMs, wallOf } from "#kernel";
import type { Minute } from "./machines.ts";

/** From `at` on so many machines. The last step has none: the show is over. */
export type Step = { at: number; machines: number };

const minuteMs = 60_000;

/** The minutes as the moments at which something changes. */
export function stepsOf(
  startsAt: number,
  minutes: readonly Minute[],
  way: "showOnly" | "perSpike",
): Step[] {
  const steps: Step[] = [];
  for (const each of minutes)
    if (steps.at(-1)?.machines !== each[way])
      steps.push({ at: startsAt + each.minute * minuteMs, machines: each[way] });
  const end = (minutes.at(-1)?.minute ?? -1) + 1;
  return [...steps, { at: startsAt + end * minuteMs, machines: 0 }];
}

const stretches = (steps: readonly Step[]): { from: number; to: number; machines: number }[] =>
  steps.flatMap(({ at, machines }, n) => {
    const next = steps[n + 1];
    return next && machines > 0 ? [{ from: at, to: next.at, machines }] : [];
  });

function cron(at: number, zone: string): string {
  const { minute, hour, day, month } = wallOf(at, zone);
  return `${minute} ${hour} ${day} ${month} *`;
}

const dayMs = 86_400_000;

/** Where clocks change around the show, a time of theirs may come twice or not at all: then UTC says it. */
function zoneOf(steps: readonly Step[], zone: string): string {
  const [first, last] = [steps[0]?.at ?? 0, steps.at(-1)?.at ?? 0];
  return offsetMs(first - dayMs, zone) === offsetMs(last + dayMs, zone) ? zone : "Etc/UTC";
}

/**
 * A KEDA ScaledObject with one cron trigger for each stretch. Without `behavior` a HorizontalPodAutoscaler keeps for five
 * minutes what it has, which is as long as the pause between two questions.
 */
export function kedaOf(name: string, steps: readonly Step[], wanted: string): string {
  const most = Math.max(1, ...steps.map(({ machines }) => machines));
  const zone = zoneOf(steps, wanted);
  const triggers = stretches(steps).map(
    ({ from, to, machines }) => `    - type: cron
      metadata:
        timezone: ${zone}
        start: "${cron(from, zone)}"
        end: "${cron(to, zone)}"
        desiredReplicas: "${machines}"`,
  );
  return `# For this show only: cron knows no year, so delete it afterwards.
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: ${name}
spec:
  scaleTargetRef:
    name: ${name}
  minReplicaCount: 0
  maxReplicaCount: ${most}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleDown:
          stabilizationWindowSeconds: 0
  triggers:
${triggers.join("\n")}
`;
}

/** Scheduled actions of an AWS Auto Scaling group, as commands. */
export function awsOf(name: string, steps: readonly Step[]): string {
  return steps
    .map(({ at, machines }, n) =>
      [
        "aws autoscaling put-scheduled-update-group-action",
        `--auto-scaling-group-name ${name}`,
        `--scheduled-action-name ${name}-${n + 1}`,
        `--start-time ${new Date(at).toISOString().replace(".000", "")}`,
        `--min-size ${machines} --max-size ${machines} --desired-capacity ${machines}`,
      ].join(" "),
    )
    .join("\n");
}
