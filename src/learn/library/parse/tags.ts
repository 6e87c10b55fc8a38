/** What a story is about, by the words that people use for it. */
const tags: readonly [name: string, pattern: RegExp][] = [
  ["backup", /\b(backups?|restor(e|ed|ing)|snapshots?)\b/i],
  ["cache", /\bcach(e|es|ed|ing)\b|memcache|redis|varnish/i],
  [
    "capacity",
    /\b(capacity|exhaust\w*|ran out|out of (memory|disk|space)|overload\w*|saturat\w*)\b/i,
  ],
  ["cascade", /\b(cascad\w*|thundering|retry storm|retries|domino)\b/i],
  ["certificate", /\b(certificates?|tls|ssl|expired)\b/i],
  ["config", /\b(config\w*|misconfig\w*|settings?|flag)\b/i],
  [
    "database",
    /\b(databases?|db|sql|mysql|postgres\w*|mongo\w*|replica\w*|primary|failover|cassandra)\b/i,
  ],
  [
    "deploy",
    /\b(deploy\w*|releas\w*|roll(ed|ing)?[ -]?(out|back)|upgrade\w*|migration\w*|new version)\b/i,
  ],
  ["disk", /\b(disks?|storage|filesystem|file system|raid|ebs|ssd)\b/i],
  ["dns", /\b(dns|resolver|nameserver|domain)\b/i],
  ["human", /\b(typo|human error|by mistake|accident\w*|wrong (host|server|command))\b/i],
  ["memory", /\b(memory|oom|leak\w*|heap)\b/i],
  ["network", /\b(network\w*|bgp|rout(e|er|ers|ing)|switch(es)?|packet|backbone|load balancer)\b/i],
  ["power", /\b(power|ups|generator|lightning|cooling|overheat\w*)\b/i],
  ["security", /\b(attack\w*|vulnerab\w*|exploit\w*|breach\w*|malicious|hack\w*)\b/i],
  ["time", /\b(leap (second|year|day)|clock\w*|time ?zone|ntp|overflow\w*|timestamp)\b/i],
  ["traffic", /\b(traffic|load|spike\w*|surge|campaign|ddos|demand)\b/i],
];

export const tagsOf = (text: string): string[] =>
  tags.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);

export const yearOf = (...texts: readonly (string | undefined)[]): number | undefined => {
  const found = texts
    .map((text) => /(?:^|[^\d])((?:19|20)\d\d)(?:[^\d]|$)/.exec(text ?? "")?.[1])
    .find((each) => each !== undefined);
  return found === undefined ? undefined : Number(found);
};
