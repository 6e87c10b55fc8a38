import type { ReactNode } from "react";

export const GatewayPage = (): ReactNode => null;
