import type { StoreDef } from "#kernel";
import { outpostName } from "./picture.ts";

/**
 * What the inbox keeps. A variant is one way in which a bug happens (its exact key) and is what everything is counted by; an issue
 * is a set of variants. So merging and splitting move variants and never a number.
 */
const first = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE issues (
  id TEXT PRIMARY KEY, project INTEGER NOT NULL, number INTEGER NOT NULL,
  type TEXT NOT NULL, value TEXT NOT NULL, culprit TEXT NOT NULL, level TEXT NOT NULL, platform TEXT NOT NULL,
  handled INTEGER NOT NULL, near TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'new', state_at INTEGER NOT NULL, detail TEXT NOT NULL DEFAULT '{}',
  assignee TEXT, link TEXT, merged_into TEXT,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, events INTEGER NOT NULL DEFAULT 0,
  first_event INTEGER, last_event INTEGER, first_release TEXT, last_release TEXT
) STRICT;
CREATE INDEX issues_by_last ON issues (last_at);
CREATE INDEX issues_by_project ON issues (project, last_at);
CREATE INDEX issues_by_number ON issues (project, number);
CREATE TABLE nears (
  project INTEGER NOT NULL, near TEXT NOT NULL, issue TEXT NOT NULL, PRIMARY KEY (project, near)
) WITHOUT ROWID, STRICT;
CREATE INDEX nears_by_issue ON nears (issue);
CREATE TABLE variants (
  id INTEGER PRIMARY KEY, project INTEGER NOT NULL, exact TEXT NOT NULL, near TEXT NOT NULL, algorithm INTEGER NOT NULL,
  issue TEXT NOT NULL, why TEXT NOT NULL, culprit TEXT NOT NULL,
  events INTEGER NOT NULL DEFAULT 0, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, users BLOB,
  UNIQUE (project, exact)
) STRICT;
CREATE INDEX variants_by_issue ON variants (issue);
CREATE TABLE moves (
  move TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (move, kind, key)
) WITHOUT ROWID, STRICT;
CREATE TABLE hours (
  variant INTEGER NOT NULL, hour INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (variant, hour)
) WITHOUT ROWID, STRICT;
CREATE TABLE tags (
  variant INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, events INTEGER NOT NULL,
  PRIMARY KEY (variant, name, value)
) WITHOUT ROWID, STRICT;
CREATE TABLE events (
  id INTEGER PRIMARY KEY, event BLOB NOT NULL, project INTEGER NOT NULL, variant INTEGER NOT NULL,
  at INTEGER NOT NULL, received INTEGER NOT NULL, release TEXT, environment TEXT,
  score INTEGER NOT NULL, scrubbed TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_once ON events (event, project);
CREATE INDEX events_by_variant ON events (variant, id);
CREATE INDEX events_by_score ON events (score, id);
CREATE VIRTUAL TABLE event_words USING fts5 (text, content='', contentless_delete=1, detail=none);
CREATE VIRTUAL TABLE variant_words USING fts5 (text, content='', contentless_delete=1, detail=none);
CREATE TABLE attachments (
  id INTEGER PRIMARY KEY, project INTEGER NOT NULL, event BLOB NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX attachments_by_event ON attachments (event, project);
CREATE TABLE feedback (
  id INTEGER PRIMARY KEY, project INTEGER NOT NULL, event BLOB, at INTEGER NOT NULL,
  name TEXT NOT NULL, email TEXT NOT NULL, message TEXT NOT NULL, url TEXT NOT NULL
) STRICT;
CREATE TABLE releases (
  project INTEGER NOT NULL, release TEXT NOT NULL, number INTEGER NOT NULL, first_at INTEGER NOT NULL,
  PRIMARY KEY (project, release)
) WITHOUT ROWID, STRICT;
CREATE TABLE sessions (
  project INTEGER NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL, hour INTEGER NOT NULL,
  started INTEGER NOT NULL, errored INTEGER NOT NULL, crashed INTEGER NOT NULL,
  PRIMARY KEY (project, release, environment, hour)
) WITHOUT ROWID, STRICT;
CREATE TABLE check_ins (
  project INTEGER NOT NULL, id TEXT NOT NULL, monitor TEXT NOT NULL, environment TEXT NOT NULL, status TEXT NOT NULL,
  at INTEGER NOT NULL, duration_ms INTEGER, schedule TEXT, PRIMARY KEY (project, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, finding TEXT NOT NULL) STRICT;
`;

/** What is remembered to tell spikes from the ordinary (`watch/`), and who had an event. */
const watch = `
ALTER TABLE events ADD COLUMN person INTEGER;
CREATE TABLE watched (
  subject TEXT PRIMARY KEY, project INTEGER NOT NULL, alarm INTEGER NOT NULL, seen INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE INDEX watched_alarms ON watched (subject) WHERE alarm = 1;
CREATE TABLE watched_projects (project INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT;
`;

/** Events whose scripts have no map yet, by where one would be found. */
const unmapped = `
CREATE TABLE unmapped (
  project INTEGER NOT NULL, key TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (project, key, event)
) WITHOUT ROWID, STRICT;
CREATE INDEX unmapped_by_event ON unmapped (event);
`;

/** Jobs that check in (`monitors/`), and sessions that may still be told of again: their worst state, once each. */
const monitors = `
CREATE TABLE monitors (
  project INTEGER NOT NULL, monitor TEXT NOT NULL, environment TEXT NOT NULL, due INTEGER, told INTEGER, seen INTEGER NOT NULL,
  state TEXT NOT NULL, PRIMARY KEY (project, monitor, environment)
) WITHOUT ROWID, STRICT;
CREATE INDEX monitors_by_due ON monitors (due) WHERE due IS NOT NULL;
CREATE INDEX check_ins_by_monitor ON check_ins (project, monitor, environment, at);
CREATE TABLE known_sessions (
  id INTEGER PRIMARY KEY, project INTEGER NOT NULL, sid BLOB NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL,
  hour INTEGER NOT NULL, worst INTEGER NOT NULL, UNIQUE (project, sid)
) STRICT;
CREATE INDEX known_sessions_by_hour ON known_sessions (hour);
`;

/** What events say stands apart from what is asked of many of them, and what they have in common is kept once. */
const bodies = `
CREATE TABLE bodies (
  event INTEGER PRIMARY KEY, scrubbed TEXT NOT NULL, parts TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE TABLE parts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, events INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
INSERT INTO bodies SELECT id, scrubbed, '', body FROM events;
CREATE TABLE slim_events (
  id INTEGER PRIMARY KEY, event BLOB NOT NULL, project INTEGER NOT NULL, variant INTEGER NOT NULL,
  at INTEGER NOT NULL, received INTEGER NOT NULL, release TEXT, environment TEXT, score INTEGER NOT NULL, person INTEGER
) STRICT;
INSERT INTO slim_events SELECT id, event, project, variant, at, received, release, environment, score, person FROM events;
DROP TABLE events;
ALTER TABLE slim_events RENAME TO events;
CREATE UNIQUE INDEX events_once ON events (event, project);
CREATE INDEX events_by_variant ON events (variant, id);
CREATE INDEX events_by_score ON events (score, id);
`;

/** Who had a variant changes seldom, and is large; how often it came changes with each event. */
const people = `
CREATE TABLE people (variant INTEGER PRIMARY KEY, users BLOB NOT NULL) STRICT;
INSERT INTO people SELECT id, users FROM variants WHERE users IS NOT NULL;
ALTER TABLE variants DROP COLUMN users;
`;

/** The words of events in their order, to find those that begin alike. */
const vocabulary = "CREATE VIRTUAL TABLE event_vocabulary USING fts5vocab (event_words, instance);";

export const inbox: StoreDef = {
  name: outpostName,
  migrations: [first, watch, unmapped, monitors, bodies, people, vocabulary],
};
