// The console's only door: what pages in slices are made of.
export { SpreadChart, type SpreadRow } from "./charts/spread-chart.tsx";
export { type Line, TimeChart } from "./charts/time-chart.tsx";
export { ask, call, ProblemError, send } from "./live/api.ts";
export type * from "./live/shapes.ts";
export { sendOnce, takeBack, type Unsent, useUnsent } from "./live/outbox.ts";
export { useAsk, useLive, useLiveness } from "./live/use-live.ts";
export { type PageKey, usePageKeys } from "./shell/page-keys.ts";
export { go, Link, search, usePlace } from "./shell/router.tsx";
export {
  door,
  type Me,
  ranks,
  type Role,
  SESSION,
  signOut,
  useMay,
  useMe,
  useSend,
  useSession,
} from "./shell/session.tsx";
export { Button, Card, Empty, IconButton, Key, Loading, PageHead } from "./ui/basics.tsx";
export { Dialog } from "./ui/dialog.tsx";
export { Choice, Field, Segments } from "./ui/field.tsx";
export {
  amount,
  bytes,
  count,
  date,
  duration,
  fullTime,
  longSpan,
  mostly,
  share,
  span,
  time,
} from "./ui/format.ts";
export { Icon, type IconName, Mark } from "./ui/icon.tsx";
export { copy as copyText, Copyable, say } from "./ui/notice.tsx";
export { ProblemView } from "./ui/problem.tsx";
export { Badge, type Beat, Strip, type Tone, ToneMark } from "./ui/status.tsx";
export { Ago, At, For, useNow } from "./ui/when.tsx";
export { type Column, Table } from "./ui/table.tsx";
export { Tile, Tiles } from "./ui/tile.tsx";
export { instanceTone, instanceWord } from "./now/verdict.ts";
export { mayDecide } from "./shell/approvals.tsx";
export { useName, useWho } from "./shell/who.ts";
export { addPasskey, passkeysWork, signInWithPasskey, wasCancelled } from "./shell/passkey.ts";
export { ReasonText, useReasonTitle } from "./ui/reason.tsx";
export { Confirm } from "./ui/confirm.tsx";
export { Form, textOf } from "./ui/form.tsx";
export { type Change, type ValuePath, withChange } from "./ui/changes.ts";
export { Meanwhile, meanwhileIn } from "./ui/meanwhile.tsx";
export { Markdown } from "./ui/markdown.tsx";
export { Prose } from "./ui/prose.tsx";
export { deviceName } from "./worker/device-name.ts";
export { type Task, useTask } from "./ui/task.ts";
export { runbookAt, RunbookLinks, RunbooksFor } from "./shell/runbook-links.tsx";
