// The pages of this slice; each part loads only with the page that shows it.
export { PeopleSection } from "./console/people.tsx";
export { SecuritySection } from "./console/security.tsx";
export { SignInPage } from "./console/sign-in.tsx";
