import type { ReactNode } from "react";

export const TokensSection = (): ReactNode => null;
