import { type Running, until } from "./running.ts";

/** The address (DSN) of the first project, once the inbox of errors takes events. */
export const dsnOf = (castor: Running): Promise<string> =>
  until("the inbox is open", async () => {
    await castor.api.ask("errors.issues");
    const { projects } = (await castor.api.ask("errors.projects")) as {
      projects: { dsn: string }[];
    };
    return projects[0]?.dsn;
  });

/** Where the first project takes requests of the one kind or the other. */
export async function intakeOf(castor: Running, kind: "envelope" | "store"): Promise<string> {
  const { host, username } = new URL(await dsnOf(castor));
  return `http://${host}/in/sentry/api/1/${kind}/?sentry_key=${username}`;
}
