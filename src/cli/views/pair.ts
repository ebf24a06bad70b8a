/** Who the two of a pair of teammates are, in tables of pairs. */
import type { Pair } from "../../reports/team-play.ts";
import type { TableColumn } from "../render/table.ts";

/** Both names, each a link to its player where pages have links. */
export const PAIR_COLUMNS: readonly TableColumn<Pair>[] = [
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  {
    key: "partner",
    title: "partner",
    value: (row) => row.partnerName,
    isName: true,
    refersTo: ({ partnerId }) => ({ kind: "player", playerId: partnerId }),
  },
];
