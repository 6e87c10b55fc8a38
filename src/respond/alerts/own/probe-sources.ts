import * as probes from "../../../observe/probes/contract.ts";
import { isFar, overUplink } from "./far.ts";
import { begin, end, type Source } from "./source.ts";

export const probeAlert = "ProbeFailing";

type OfProbe = { probe: string; host: string; service?: string | undefined };
const ofProbe = ({ probe, host, service = "" }: OfProbe) => ({
  ...{ probe, host, service, via: isFar(host) ? overUplink : "" },
});
const named = ({ probe }: { probe: string }) => ({ probe });

export const probeSources: readonly Source[] = [
  {
    ...{ name: probeAlert, severity: "error" },
    begins: [
      begin(probes.failed, (d) => ({
        ...{ about: ofProbe(d), summary: probes.failed.says(d), severity: d.severity },
      })),
    ],
    ends: [end(probes.passed, named), end(probes.withdrawn, named)],
  },
  {
    ...{ name: "ProbeCertificateEnding", severity: "warning" },
    begins: [
      begin(probes.certificateEnding, (d) => ({
        ...{ about: ofProbe(d), summary: probes.certificateEnding.says(d) },
        ...(d.level === "urgent" ? { severity: "error" as const } : {}),
      })),
    ],
    ends: [end(probes.certificateRenewed, named), end(probes.withdrawn, named)],
  },
];
