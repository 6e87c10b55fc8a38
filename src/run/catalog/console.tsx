import type { ReactNode } from "react";

export const ServicesPage = (): ReactNode => null;
