import { type ReactNode, useState } from "react";
import { Card, Choice, Copyable, type ErrorProjects, Segments } from "#console";

type Project = ErrorProjects["projects"][number];
const languages = ["Browser", "Node", "Bun", "Python", "PHP", "Go", "CSP"] as const;
type Language = (typeof languages)[number];

/** Where browsers send what a Content Security Policy blocked. */
const reportsTo = (dsn: string): string =>
  dsn.replace(/^(\w+:\/\/)([^@]+)@(.*)\/(\d+)$/, "$1$3/api/$4/security/?sentry_key=$2");

/** What to write so that an unmodified SDK sends here. A DSN holds no secret. */
const snippet = (language: Language, { dsn, tunnel }: Project): string =>
  ({
    Browser: `import * as Sentry from "@sentry/browser";\nSentry.init({ dsn: "${dsn}", tunnel: "${tunnel}" });`,
    Node: `import * as Sentry from "@sentry/node";\nSentry.init({ dsn: "${dsn}" });`,
    Bun: `import * as Sentry from "@sentry/bun";\nSentry.init({ dsn: "${dsn}" });`,
    Python: `import sentry_sdk\nsentry_sdk.init(dsn="${dsn}")`,
    PHP: `\\Sentry\\init(["dsn" => "${dsn}"]);`,
    CSP: `Content-Security-Policy-Report-Only: default-src 'self'; report-uri ${reportsTo(dsn)}`,
    Go: `sentry.Init(sentry.ClientOptions{Dsn: "${dsn}"})`,
  })[language];

/** How to send errors here: the DSN of each project, and the line for each SDK. */
export function SetUp({ projects, className }: ErrorProjects & { className?: string }): ReactNode {
  const [chosen, setChosen] = useState("");
  const [language, setLanguage] = useState<Language>("Browser");
  const project = projects.find((each) => each.project === chosen) ?? projects[0];
  return (
    <Card
      title="Send errors here"
      hint="with Sentry's own SDKs, unmodified"
      {...(className === undefined ? {} : { className })}
    >
      {!project && (
        <p className="text-sm text-muted">
          Each service of castor.yaml gets a project by itself. For something that Castor does not
          run: <code className="font-mono">castor errors create-project shop</code>.
        </p>
      )}
      {project && (
        <div className="grid grid-cols-1 gap-3">
          <div className="flex flex-wrap items-end gap-3">
            <Choice
              label="Project"
              className="w-48"
              options={projects.map((each) => [each.project, each.project] as const)}
              value={project.project}
              onChange={(event) => setChosen(event.target.value)}
            />
            <div className="max-w-full overflow-x-auto">
              <Segments
                label="SDK"
                value={language}
                options={languages.map((each) => [each, each] as const)}
                onPick={setLanguage}
              />
            </div>
          </div>
          <Copyable text={project.dsn} label={`DSN of ${project.project}`} />
          <pre
            tabIndex={0}
            aria-label={`Set-up for ${language}`}
            className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs"
          >
            {snippet(language, project)}
          </pre>
          {language === "CSP" && (
            <p className="text-xs text-faint">
              Each thing that a browser blocks, or would block, becomes an error here; what
              extensions and virus scanners of visitors do is left out and only counted.
            </p>
          )}
          {language === "Browser" && (
            <p className="text-xs text-faint">
              With the tunnel, events go to the site's own address, which no blocker stops; the
              gateway needs a route for it (see the capability's README).
            </p>
          )}
        </div>
      )}
    </Card>
  );
}
