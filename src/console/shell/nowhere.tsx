import type { ReactNode } from "react";
import { Empty } from "../ui/basics.tsx";
import { Link, usePlace } from "./router.tsx";

/** An address that leads to no page: misspelt, or from another version. */
export function NowherePage(): ReactNode {
  const { path } = usePlace();
  return (
    <Empty icon="warning" title={`There is no page at ${path}`}>
      <Link href="/" className="font-medium text-accent hover:underline">
        See what happens now
      </Link>
    </Empty>
  );
}
