import { answer, capability, type Capability, command, type Command, type Read } from "#kernel";
import { certificate, certificates, nothingKnown, Renew, renew } from "./certificate.ts";
import { checkCertificates, Config, directoryOf, wantedOf } from "./config.ts";
import * as contract from "./contract.ts";
import { reactions } from "./reactions.ts";

const renewCommand: Command = command("certificates.renew", {
  about: "Asks the authority for a new certificate now.",
  input: Renew,
  model: certificate,
  key: ({ name }) => name,
  decide: renew,
});

export const certificatesCapability: Capability = capability({
  id: "certificates",
  about: "Certificates from an authority by ACME (RFC 8555), renewed in time by themselves.",
  config: Config,
  check: checkCertificates,
  emits: [
    contract.issued,
    contract.renewed,
    contract.failed,
    contract.expiring,
    contract.renewalAsked,
  ],
  refuses: [contract.unknown],
  counts: [contract.orders],
  snapshots: [contract.certificatesSnapshot],
  commands: [renewCommand],
  views: [certificates],
  reactions,
  answers: [
    answer(contract.list, ({ config, view }: Read<Config>) => ({
      directory: config.acme === undefined ? null : directoryOf(config.acme),
      certificates: wantedOf(config).map(({ name, names }) => {
        const { held, failures, why, retryAt } = view(certificates)[name] ?? nothingKnown;
        const calm = held === undefined ? ("wanted" as const) : ("held" as const);
        return {
          ...{ name, names, failures, state: failures > 0 ? ("failing" as const) : calm },
          issuer: held?.issuer ?? null,
          expiresAt: held?.expiresAt ?? null,
          renewAt: held?.renewAt ?? null,
          why: why ?? null,
          retryAt: failures > 0 ? retryAt : null,
        };
      }),
    })),
  ],
});
