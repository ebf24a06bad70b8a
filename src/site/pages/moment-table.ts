/** Moments of rounds as a table, each with a link into the replay. */
import { table } from "../../cli/render/blocks.ts";
import type { Block } from "../../cli/render/blocks.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { formatClock } from "../../clock.ts";
import type { Highlight } from "../../reports/highlights.ts";

const TIME: TableColumn<Highlight> = {
  key: "time_ms",
  title: "at",
  value: (row) => row.timeMs,
  show: (row) => formatClock(row.timeMs),
  refersTo: ({ roundKey, timeMs }) => ({ kind: "moment", roundKey, timeMs }),
};
const WHAT: TableColumn<Highlight> = { key: "what", title: "what", value: (row) => row.text };
const MAP: TableColumn<Highlight> = {
  key: "map",
  title: "map",
  value: (row) => row.map,
  refersTo: ({ roundKey }) => ({ kind: "round", roundKey }),
};

/** Moments of one round. */
export function momentTable(moments: readonly Highlight[], heading: string): Block {
  return table([TIME, WHAT], moments, heading);
}

/** Moments of several rounds. */
export function highlightTable(moments: readonly Highlight[], heading: string): Block {
  return table([TIME, WHAT, MAP], moments, heading);
}
