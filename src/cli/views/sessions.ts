/** The list of evenings. */
import { formatDuration } from "../../counts.ts";
import type { Session } from "../../reports/sessions.ts";
import { notes, table } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";

const COLUMNS: readonly TableColumn<Session>[] = [
  { key: "session", title: "session (UTC)", value: (row) => row.id, isKey: true },
  { key: "name", title: "name", value: (row) => row.name, isName: true },
  { key: "tags", title: "tags", value: (row) => row.tags.join(", "), detail: 2 },
  {
    key: "duration_ms",
    title: "lasted",
    value: (row) => row.endedAt.getTime() - row.startedAt.getTime(),
    show: (row) => formatDuration(row.endedAt.getTime() - row.startedAt.getTime()),
  },
  { key: "rounds", title: "rounds", value: (row) => row.roundIds.length },
  {
    key: "incomplete_rounds",
    title: "incomplete",
    value: (row) => row.roundIds.length - row.completeRounds,
  },
  { key: "players", title: "players", value: (row) => row.players },
  { key: "bots", title: "bots", value: (row) => row.bots, detail: 1 },
  { key: "maps", title: "maps", value: (row) => row.maps.join(", ") },
  { key: "server", title: "server", value: (row) => row.serverName, isName: true },
];

/** The sessions, and what they were chosen by. */
export function sessionsView(sessions: readonly Session[], words: readonly string[], bots: string): View {
  const nothing = sessions.length === 0 ? ["no session matches these filters"] : [];
  return {
    title: "Sessions",
    blocks: [table(COLUMNS, sessions, "Sessions"), notes([...nothing, ...words, bots])],
    csv: () => renderCsv(COLUMNS, sessions),
  };
}
