/** Errors of single round files. The commands that find them go on with the other files and end with exit code 3. */
import type { ErrorEntry } from "./exit-codes.ts";

const AGAIN = "fetch the file from the server again; if it is the same there, it is damaged there";
const NOT_OURS = "check that the game server runs the tracker that this prox deploys";

function fileError(meaning: string, advice: string): ErrorEntry {
  return { exit: "partial", meaning, advice };
}

/** What can be wrong in a round file. Those of rows concern one row; all others the whole file. */
export const ROUND_FILE_ERRORS = {
  E_EMPTY_FILE: fileError("the file is empty", AGAIN),
  E_NOT_ROUND_FILE: fileError(
    "the file is no round file and of no format known",
    "leave the file out of the import",
  ),
  E_FOREIGN_FORMAT: fileError(
    "a file of another tracker or of an earlier format, recognised by its content",
    "leave the file out of the import: prox reads the files of its own tracker",
  ),
  E_FORMAT_VERSION: fileError(
    "a round file of a format version that this prox cannot read",
    "install a newer prox",
  ),
  E_ENCODING: fileError("a line beginning with `#` is not valid UTF-8", AGAIN),
  E_LINE_TOO_LONG: fileError("a line is longer than any that the format can hold", AGAIN),
  E_HEADER: fileError("the header is not as the format says, or was cut", AGAIN),
  E_COLUMNS: fileError("the columns named in the header are not those of the kind and version", NOT_OURS),
  E_NOTE: fileError("a line beginning with `#` between the rows is not as the format says", AGAIN),
  E_TRAILER: fileError("the trailer is not as the format says", AGAIN),
  E_ROW_COUNT: fileError("the trailer declares another number of rows than the file has", AGAIN),
  E_CHECKSUM: fileError("the checksum does not fit the file's bytes", AGAIN),
  E_AFTER_TRAILER: fileError("something stands after the trailer", AGAIN),
  E_TOO_MANY_PLAYERS: fileError("the file states players more often than any round can need", NOT_OURS),
  E_FIELD_COUNT: fileError("a row has more or fewer fields than the header names columns", AGAIN),
  E_SYNTAX: fileError("a field is not written as its column's type demands", AGAIN),
  E_RANGE: fileError("a number lies outside its column's range", NOT_OURS),
  E_CHOICE: fileError("a word is none of its column's choices", NOT_OURS),
  E_NULL: fileError("a field is empty that must not be", NOT_OURS),
  E_TIME_ORDER: fileError("a row is earlier than the one before it", NOT_OURS),
  E_UNKNOWN_PLAYER: fileError("a row names a slot of which no player was stated before", NOT_OURS),
  E_DUPLICATE_ROW: fileError("a row for the same key stands in the file already", NOT_OURS),
  E_TOO_MANY_ROWS: fileError("more heatmap cells or engagements than any round can have", NOT_OURS),
} satisfies Record<string, ErrorEntry>;

/** Why a round file that may itself be good was not stored. */
export const IMPORT_ERRORS = {
  E_READ: fileError("the file could not be read", "check that you may read the file, then import it again"),
  E_ARCHIVE: fileError(
    "the archive is damaged from here on, or of a kind that cannot be unpacked",
    "unpack the archive with another program and import the folder",
  ),
  E_FILE_CHANGED: fileError("the file changed while it was read; import it again", "import the file again"),
  E_ROUND_DISAGREES: fileError(
    "the header contradicts another file of the same round",
    "import the files of one round from one server, as they were written there",
  ),
  E_CONFLICT: fileError(
    "another complete file of the same round and kind is stored, with other content",
    "decide which file is right; `prox import --replace` stores this one in place of the other",
  ),
  E_NOT_STORABLE: fileError(
    "the database cannot hold what the round's files say, though each value is within its range",
    AGAIN,
  ),
  E_STORED_COUNT: fileError(
    "the database holds another number of rows than were read",
    "look for triggers or rules on prox's tables, then import the file again",
  ),
} satisfies Record<string, ErrorEntry>;
