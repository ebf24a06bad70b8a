/** Reading an export's files with DuckDB, in each of their forms: SQL that gives the columns of the tables with their types. */
import { literal, quoted, withoutPatterns } from "./duckdb.ts";
import type { ExportFormat } from "./layout.ts";
import type { ExportColumn } from "./tables.ts";

/** Whether a type is one of lists. */
export const isList = (type: string): boolean => type.endsWith("[]");

/** Types that CSV holds as JSON. */
const isMadeOfText = (type: string): boolean => type === "JSON" || isList(type);

/** Columns with their types as a literal of SQL; of CSV, as they stand in the file. */
function columnTypes(columns: readonly ExportColumn[], isCsv: boolean): string {
  const all = columns.map(({ name, type }) => {
    return `${literal(name)}: ${literal(isCsv && isMadeOfText(type) ? "VARCHAR" : type)}`;
  });
  return `{${all.join(", ")}}`;
}

/** The dialect of CSV. A line holds a whole row, its texts included. */
const CSV =
  "auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, max_line_size = 4194304, buffer_size = 8388608";

/** The function that reads files of an export, with the columns of their folders where asked for. */
export function scanOfFiles(
  files: readonly string[],
  columns: readonly ExportColumn[],
  { format, withFolders }: { readonly format: ExportFormat; readonly withFolders: boolean },
): string {
  const list = `[${files.map((file) => literal(withoutPatterns(file))).join(", ")}]`;
  const folders = withFolders
    ? "hive_partitioning = true, hive_types_autocast = false"
    : "hive_partitioning = false";
  switch (format) {
    case "parquet":
      return `read_parquet(${list}, ${folders})`;
    case "csv":
      return `read_csv(${list}, header = true, ${CSV}, columns = ${columnTypes(columns, true)}, ${folders})`;
    case "ndjson":
      return `read_json(${list}, format = 'newline_delimited', columns = ${columnTypes(columns, false)}, ${folders})`;
  }
}

/**
 * The columns for a `select`, each with its type; null for one that `known` does not have.
 * @param listsAreText whether lists come as JSON in a text. DuckDB would take a text for a list too, but not with JSON's escapes.
 */
export function selectedColumns(
  columns: readonly ExportColumn[],
  {
    known = columns,
    listsAreText,
  }: { readonly known?: readonly ExportColumn[]; readonly listsAreText: boolean },
): string {
  const names = new Set(known.map(({ name }) => name));
  return columns
    .map(({ name, type }) => {
      if (!names.has(name)) return `cast(null as ${type}) as ${quoted(name)}`;
      const value = listsAreText && isList(type) ? `cast(${quoted(name)} as JSON)` : quoted(name);
      return `cast(${value} as ${type}) as ${quoted(name)}`;
    })
    .join(", ");
}
