/** How both git and sftp are to speak to a server: nobody is asked anything, and nobody unknown is believed. */
export const sshOptions = (of: {
  key?: string | undefined;
  knownHosts?: string | undefined;
}): string[] => [
  ...["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=15"],
  ...(of.knownHosts === undefined ? [] : ["-o", `UserKnownHostsFile="${of.knownHosts}"`]),
  ...(of.key === undefined ? [] : ["-i", of.key, "-o", "IdentitiesOnly=yes"]),
];
