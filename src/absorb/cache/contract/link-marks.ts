/** What campaigns and networks add to links, much of it another for each click; pages do not change by it. */
export const linkMarks: readonly string[] = [
  ...["utm_*", "fbclid", "gclid", "gbraid", "wbraid", "dclid", "msclkid", "ttclid", "twclid"],
  ...["yclid", "li_fat_id", "mc_cid", "mc_eid", "igsh", "igshid", "ref_src"],
];
