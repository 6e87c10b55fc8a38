// What a shop adds to be heard: `bun --preload reports.ts main.ts`. SENTRY_DSN and SENTRY_RELEASE say where to and from which release.
import * as Sentry from "@sentry/bun";

Sentry.init({ environment: "production" });
