import type { ReactNode } from "react";
import { usePlace } from "#console";
import { Inbox } from "./console/inbox.tsx";
import { IssueView } from "./console/issue.tsx";
import { JobsView } from "./console/jobs.tsx";
import { ReleaseView } from "./console/release.tsx";
import { ReleasesView } from "./console/releases.tsx";
import { WeekView } from "./console/report.tsx";
import { Triage } from "./console/triage.tsx";

/** The inbox, one of its errors, a walk through all of them; or releases, jobs, the week. */
export function ErrorsPage(): ReactNode {
  const { search } = usePlace();
  const chosen = search.get("issue");
  if (chosen !== null) return <IssueView id={chosen} key={chosen} />;
  if (search.has("triage")) return <Triage />;
  switch (search.get("view")) {
    case "releases": {
      const [project, release] = [search.get("project"), search.get("release")];
      return project !== null && release !== null ? (
        <ReleaseView project={project} release={release} key={`${project} ${release}`} />
      ) : (
        <ReleasesView />
      );
    }
    case "jobs":
      return <JobsView />;
    case "week":
      return <WeekView />;
    default:
      return <Inbox />;
  }
}
