import type { ReactNode } from "react";
import { DevicesCard } from "../../platform/push/console.tsx";
import { CalledCard } from "../../respond/paging/console.tsx";

/** How the reader is called, on which devices, and whether that works. */
export const MyPages = (): ReactNode => (
  <div className="grid gap-6">
    <DevicesCard />
    <CalledCard />
  </div>
);
