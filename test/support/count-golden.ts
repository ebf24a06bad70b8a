/**
 * Counts what stands in round files, for `expected.json` beside the files of a format version: from their bytes, without any code
 * of prox. `node --import tsx test/support/count-golden.ts test/fixtures/format/v2`
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const KINDS = ["positions", "combat", "engagements", "heatmap", "objectives"] as const;
type Row = Record<string, string>;

/** A file: its header and trailer, its rows, and how many lines of each note it has. */
interface Counted {
  readonly kind: string;
  readonly keys: Map<string, string>;
  readonly rows: Row[];
  readonly settings: number;
  readonly players: string[][];
}

function readFile(file: string): Counted {
  const text = gunzipSync(readFileSync(file)).toString("utf8");
  // What follows the last line feed was cut.
  const lines = text.split("\n").slice(0, -1);
  const keys = new Map<string, string>();
  const rows: Row[] = [];
  const players: string[][] = [];
  let columns: string[] = [];
  let settings = 0;
  for (const line of lines) {
    const [first = "", ...fields] = line.split("\t");
    if (!line.startsWith("#"))
      rows.push(Object.fromEntries(columns.map((name, index) => [name, [first, ...fields][index] ?? ""])));
    else if (first === "#columns") columns = fields;
    else if (first === "#config") settings += 1;
    else if (first === "#player") players.push(fields);
    else if (first !== "#capture") keys.set(first.slice(1), fields[0] ?? "");
  }
  return { kind: lines[0]?.split("\t")[1] ?? "", keys, rows, settings, players };
}

/** The rows of all pieces of a round: cells of the heatmap are added up. */
function joinPieces(kind: string, files: readonly Counted[]): Row[] {
  const rows = files.flatMap((file) => file.rows);
  if (kind !== "heatmap" || files.length === 1) return rows;
  const cells = new Map<string, Row>();
  for (const row of rows) {
    const key = [row["cell_x"], row["cell_y"], row["team"]].join(" ");
    const known = cells.get(key);
    if (known === undefined) cells.set(key, { ...row });
    else
      for (const name of ["kills", "deaths"]) known[name] = String(Number(known[name]) + Number(row[name]));
  }
  return [...cells.values()];
}

/** Where an act names no fight that has a row, it belongs to the one that its enemy was in then, if any. */
function nameFights(rows: readonly Row[]): void {
  const fights = new Set(
    rows.filter(({ record }) => record === "engagement").map((row) => row["engagement"]),
  );
  const isActOf = (act: Row, row: Row): boolean =>
    row["record"] === "participant" &&
    row["slot"] === act["enemy_slot"] &&
    Number(row["start_ms"]) <= Number(act["time_ms"]) &&
    Number(act["time_ms"]) <= Number(row["time_ms"]);
  for (const act of rows) {
    if (!["crossfire", "bait", "trade"].includes(act["record"] ?? "") || fights.has(act["engagement"]))
      continue;
    const [latest] = rows
      .filter((row) => isActOf(act, row))
      .sort((a, b) => Number(b["start_ms"]) - Number(a["start_ms"]));
    act["engagement"] = latest?.["engagement"] ?? "";
  }
}

const folder = process.argv[2] ?? "";
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".gz"))
  .map((name) => readFile(path.join(folder, name)));
const rounds: Record<string, unknown> = {};
const values: Record<string, Record<string, string[]>> = {};
for (const key of new Set(files.map(({ keys }) => keys.get("round_key") ?? ""))) {
  const own = files
    .filter(({ keys }) => keys.get("round_key") === key)
    .sort((a, b) => Number(a.keys.get("piece") ?? 1) - Number(b.keys.get("piece") ?? 1));
  const rows: Record<string, number> = {};
  for (const kind of KINDS) {
    const joined = joinPieces(
      kind,
      own.filter((file) => file.kind === kind),
    );
    if (kind === "engagements") nameFights(joined);
    rows[kind] = joined.length;
    const columns = (values[kind] ??= {});
    for (const row of joined)
      for (const [name, value] of Object.entries(row))
        (columns[name] ??= []).push(...(value === "" ? [] : [value]));
  }
  const reasons = own.map(({ keys }) => keys.get("end_reason") ?? "cut");
  rounds[key] = {
    end_reason: reasons.includes("cut")
      ? "cut"
      : (reasons.find((reason) => reason !== "finished") ?? "finished"),
    rows,
    settings: own[0]?.settings ?? 0,
    players: new Set(
      own.flatMap(({ players }) =>
        players.filter((note) => note[4] === "1" || note[4] === "2").map((note) => note[1]),
      ),
    ).size,
  };
}
const columns = Object.fromEntries(
  Object.entries(values).map(([kind, ofKind]) => [
    kind,
    Object.fromEntries(
      Object.entries(ofKind).map(([name, found]) => {
        if (found.every((text) => /^-?\d+(\.\d+)?$/.test(text))) {
          // In whole tenths, as decimals do not add up exactly.
          const tenths = found.reduce((sum, text) => sum + Math.round(Number(text) * 10), 0);
          return [name, { values: found.length, sum: (tenths / 10).toFixed(1) }];
        }
        const words: Record<string, number> = {};
        for (const text of found) words[text] = (words[text] ?? 0) + 1;
        return [name, words];
      }),
    ),
  ]),
);
writeFileSync(path.join(folder, "expected.json"), `${JSON.stringify({ rounds, columns }, null, 1)}\n`);
