import type { ReactNode } from "react";

export const SecuritySection = (): ReactNode => null;
export const PeopleSection = (): ReactNode => null;
export const SignInPage = (): ReactNode => null;
