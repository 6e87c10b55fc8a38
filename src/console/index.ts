// The console's only door: what pages in slices are made of.
export { type Line, TimeChart } from "./charts/time-chart.tsx";
export { call, ProblemError, send } from "./live/api.ts";
export type * from "./live/shapes.ts";
export { useAsk, useLive } from "./live/use-live.ts";
export { go, Link, search, usePlace } from "./shell/router.tsx";
export { type Me, ranks, type Role, signOut, useMay, useMe, useSend } from "./shell/session.tsx";
export { Button, Card, Empty, IconButton, Key, Loading, PageHead } from "./ui/basics.tsx";
export { Dialog } from "./ui/dialog.tsx";
export { Choice, Field, Segments } from "./ui/field.tsx";
export * from "./ui/format.ts";
export { Icon, type IconName, Mark } from "./ui/icon.tsx";
export { Copyable, say } from "./ui/notice.tsx";
export { ProblemView } from "./ui/problem.tsx";
export { Badge, type Beat, Strip, type Tone, ToneMark } from "./ui/status.tsx";
export { Ago, At, For, useNow } from "./ui/when.tsx";
