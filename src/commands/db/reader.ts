import { readFile } from "node:fs/promises";

import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { withDatabase } from "../../db/open.ts";
import { createReader } from "../../db/reader.ts";
import { messageOf, ProxError } from "../../errors.ts";

/** The first line of a file, or of standard input for `-`. */
async function readPassword(file: string): Promise<string> {
  const text = await readFile(file === "-" ? "/dev/stdin" : file, "utf8").catch((cause: unknown) => {
    throw new ProxError("E_SECRET", `cannot read the password from ${file}: ${messageOf(cause)}`, {
      suggestions: ["name a file that you may read with --password-file"],
      cause,
    });
  });
  const [line] = text.split("\n");
  if (line === undefined || line === "") {
    throw new ProxError("E_SECRET", `the first line of ${file} is empty`, {
      suggestions: ["write the password into it, or leave out --password-file"],
    });
  }
  return line;
}

export default class DbReader extends BaseCommand {
  static override summary = "create a role that can read everything and change nothing";
  static override description =
    "creates the role unless it exists, and lets it read all tables and views of the schema, later ones included; " +
    "run it again after another role has upgraded the schema";
  static override examples = [
    "<%= config.bin %> <%= command.id %> analyst --password-file secret.txt",
    "<%= config.bin %> <%= command.id %> analyst --database-url postgres://owner@db.example.org/prox",
  ];
  static override args = {
    role: Args.string({ description: "name of the role", required: true }),
  };
  static override flags = {
    ...databaseFlag,
    "password-file": Flags.string({
      summary: "file whose first line is the role's password; - is standard input",
      helpValue: "FILE",
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbReader);
    const file = flags["password-file"];
    const password = file === undefined ? undefined : await readPassword(file);
    return withDatabase({ databaseUrl: flags["database-url"] }, async ({ sql }) => {
      const { isNew, schema } = await createReader(sql, args.role, password);
      this.tell(`${isNew ? "created" : "updated"} ${args.role}: may read everything in schema ${schema}`);
      return { role: args.role, isNew, schema };
    });
  }
}
