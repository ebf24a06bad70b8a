/** Errors of single round files. The commands that find them go on with the other files and end with exit code 3. */
import type { ErrorEntry } from "./exit-codes.ts";

const AGAIN = "fetch the file from the server again; if it is the same there, it is damaged there";
const NOT_OURS = "check that the game server runs the tracker of this prox";

function fileError(meaning: string, advice: string): ErrorEntry {
  return { exit: "partial", meaning, advice };
}

/** What can be wrong in a round file. Those of rows concern one row; all others the whole file. */
export const ROUND_FILE_ERRORS = {
  E_EMPTY_FILE: fileError("the file is empty", AGAIN),
  E_NOT_ROUND_FILE: fileError(
    "the file is not a round file, and prox does not know its format",
    "leave the file out of the import",
  ),
  E_FOREIGN_FORMAT: fileError(
    "a file of another tracker or of an earlier format, recognised by its content",
    "leave the file out of the import: docs/importing.md says which formats of other trackers prox reads",
  ),
  E_FORMAT_VERSION: fileError(
    "a round file of a format version that this prox cannot read",
    "install a newer prox",
  ),
  E_ENCODING: fileError("a line that begins with `#` is not valid UTF-8", AGAIN),
  E_LINE_TOO_LONG: fileError("a line is longer than the format allows", AGAIN),
  E_HEADER: fileError("the header does not follow the format, or was cut", AGAIN),
  E_COLUMNS: fileError("the columns named in the header are not those of the kind and version", NOT_OURS),
  E_NOTE: fileError("a line that begins with `#` between the rows does not follow the format", AGAIN),
  E_TRAILER: fileError("the trailer does not follow the format", AGAIN),
  E_ROW_COUNT: fileError("the trailer gives a different number of rows than the file has", AGAIN),
  E_CHECKSUM: fileError("the checksum does not match the file's bytes", AGAIN),
  E_AFTER_TRAILER: fileError("the file goes on after the trailer", AGAIN),
  E_TOO_MANY_PLAYERS: fileError("the file has more `#player` lines than any round needs", NOT_OURS),
  E_FIELD_COUNT: fileError("a row has more or fewer fields than the header names columns", AGAIN),
  E_SYNTAX: fileError("a field is not written as its column's type requires", AGAIN),
  E_RANGE: fileError("a number lies outside its column's range", NOT_OURS),
  E_CHOICE: fileError("a word is not one of its column's choices", NOT_OURS),
  E_NULL: fileError("a field that must have a value is empty", NOT_OURS),
  E_TIME_ORDER: fileError("a row is earlier than the one before it", NOT_OURS),
  E_UNKNOWN_PLAYER: fileError("a row names a slot that no `#player` line before it names", NOT_OURS),
  E_DUPLICATE_ROW: fileError("the file already has a row with the same key", NOT_OURS),
  E_TOO_MANY_ROWS: fileError("more heatmap cells or engagements than any round can have", NOT_OURS),
} satisfies Record<string, ErrorEntry>;

/** Why a round file that may itself be good was not stored. */
export const IMPORT_ERRORS = {
  E_FOREIGN_FILE: fileError(
    "a file of another tracker whose format prox reads is damaged, or lacks what a round needs",
    "look for another copy of the file; what cannot be read is named with its line",
  ),
  E_READ: fileError("the file could not be read", "check that you may read the file, then import it again"),
  E_NAME: fileError(
    "the file, or the entry of an archive, has a name that no database can hold",
    "rename the file; unpack the archive and give its entry another name",
  ),
  E_TRANSFER: fileError(
    "a transfer took the file for a text of another system and changed it, and its checksum does not prove what it was",
    "fetch the file again in binary mode (`binary` in FTP clients; `prox pull` always does)",
  ),
  E_ARCHIVE: fileError(
    "the archive is damaged from here on, or of a kind that cannot be unpacked",
    "unpack the archive with another program and import the folder",
  ),
  E_FILE_CHANGED: fileError("the file changed while prox read it", "import the file again"),
  E_ROUND_DISAGREES: fileError(
    "the header, or the players that the file names, contradict another file of the same round",
    "import the files of one round from one server, as they were written there",
  ),
  E_CONFLICT: fileError(
    "the database has another file of the same round and kind, and neither of the two continues the other",
    "decide which file is right; `prox import --replace` stores this one instead of the other",
  ),
  E_PIECES: fileError(
    "the file is one piece of a round that was recorded in pieces, and other pieces that the database has were not given with it",
    "give `prox import` the folder that holds all pieces of the round, so that they become one round",
  ),
  E_NOT_STORABLE: fileError(
    "the database cannot store the round's files, though each value is within its range",
    AGAIN,
  ),
  E_STORED_COUNT: fileError(
    "the database has a different number of rows than prox read",
    "look for triggers or rules on prox's tables, then import the file again",
  ),
} satisfies Record<string, ErrorEntry>;
