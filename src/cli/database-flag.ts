/** The flag of all commands that work with the database. */
import { Flags } from "@oclif/core";

/** Flag `--database-url`, as `OpenOptions` takes it; an empty value counts as none. */
export const databaseFlag = {
  "database-url": Flags.string({
    summary: "the PostgreSQL database; by default DATABASE_URL, or else the embedded one",
    helpValue: "URL",
  }),
};
