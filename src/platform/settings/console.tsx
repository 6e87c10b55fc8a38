import type { ReactNode } from "react";

export const ConfigurationSection = (): ReactNode => null;
