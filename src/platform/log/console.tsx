import type { ReactNode } from "react";

export const LogPage = (): ReactNode => null;
