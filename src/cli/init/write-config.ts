/** What `castor init` was told: by answers, or by what it found. */
export type Answers = {
  name: string;
  /** A command that Castor starts, or the address of what runs already. */
  run?: string;
  url?: string;
  instances: number;
  host?: string;
  listen: string;
  found: readonly string[];
};

const quoted = (text: string): string =>
  /^[\w./][\w ./=-]*$/.test(text) ? text : JSON.stringify(text);

function serviceLines({ name, run, url, instances }: Answers): string[] {
  const what =
    run === undefined
      ? [
          `      # It runs already, and Castor only passes visitors on to it.`,
          `      # For Castor to start it and keep it running, say how instead:  run: npm start`,
          `      url: ${quoted(url ?? "http://127.0.0.1:3000")}`,
        ]
      : [
          `      # How to start it. Castor gives each instance a port of its own in $PORT, restarts it when it dies,`,
          `      # and keeps what it prints in the data folder.`,
          `      run: ${quoted(run)}`,
          `      # With two or more, one may die, or be replaced, and no visitor notices.`,
          `      instances: ${instances}`,
          `      # env:`,
          `      #   NODE_ENV: production`,
          `      #   SECRET: \${MY_SECRET}   # taken from the environment of castor up`,
        ];
  return [`    ${name}:`, ...what];
}

/** A commented `castor.yaml`. */
export function configText(answers: Answers): string {
  const found = answers.found.map((each) => `#   ${each}`);
  const host = answers.host === undefined ? [] : [`      host: ${quoted(answers.host)}`];
  return [
    "# yaml-language-server: $schema=./.castor/castor.schema.json",
    "# What Castor runs and protects. castor up starts it; a change of this file is taken over at once, whole or not at all.",
    "# castor config check finds mistakes; castor config show tells every value and where it comes from.",
    ...(found.length > 0 ? ["#", "# Written by castor init, which found:", ...found] : []),
    "",
    "catalog:",
    "  services:",
    ...serviceLines(answers),
    "",
    "gateway:",
    "  # Where visitors come in: 127.0.0.1 is this machine only, :8080 everybody.",
    `  listen: ${quoted(answers.listen)}`,
    "  routes:",
    "    # The first route that fits gets the request; without host it fits every one.",
    `    - service: ${answers.name}`,
    ...host,
    "",
    "console:",
    "  # The console and the API. Leave it on this machine, or put TLS in front of it.",
    "  listen: 127.0.0.1:4600",
    "",
  ].join("\n");
}
