import { type ReactNode, useState } from "react";
import { amount, bytes, type CacheNow, Choice, Field, share, textOf, useSend } from "#console";
import { Intervention } from "./intervention.tsx";

const targets = [
  ["prefix", "Every address that starts so"],
  ["url", "One address"],
  ["tag", "Everything with a tag"],
] as const;

/** Takes pages out of the cache. */
export function PurgeButton({ cache }: { cache: CacheNow }): ReactNode {
  const send = useSend("cache.now");
  const [by, setBy] = useState<(typeof targets)[number][0]>("prefix");
  const held = cache.workers.reduce((sum, { entries }) => sum + entries, 0);
  const size = cache.workers.reduce((sum, each) => sum + each.bytes, 0);
  const spared = ["hit", "stale", "coalesced"].reduce(
    (sum, how) => sum + (cache.perSecond[how] ?? 0),
    0,
  );
  return (
    <Intervention
      what="Purge"
      icon="trash"
      title="Purge the cache"
      submit="Purge now"
      done="The purge is on its way to all workers"
      danger
      asksWhy={false}
      effect={
        <>
          <p>
            The workers hold {amount(held)} copies, {bytes(size)}, and answer {amount(spared)}{" "}
            requests/s with them (
            {cache.hitRatio === null ? "no requests now" : share(cache.hitRatio)}).
          </p>
          <p>
            What is purged comes from the service once more: each page once, however many ask for
            it. Purged softly, the old copy still stands in if the service fails.
          </p>
        </>
      }
      act={({ fields }) =>
        send("cache.purge", { [by]: textOf(fields, "target"), soft: fields.get("how") === "soft" })
      }
    >
      <Choice
        label="What"
        value={by}
        onChange={({ currentTarget }) => setBy(currentTarget.value as typeof by)}
        options={targets}
      />
      <Field
        label={by === "tag" ? "Tag" : "Address"}
        name="target"
        required
        placeholder={by === "tag" ? "article-42" : "https://shop.example/blog/"}
      />
      <Choice
        label="How"
        name="how"
        options={[
          ["soft", "Softly: kept in case the service fails"],
          ["hard", "Hard: forgotten"],
        ]}
      />
    </Intervention>
  );
}
