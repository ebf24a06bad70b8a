/** Writes the reference of the database from its catalog: every table, view and column with its comment. */
import type { Sql } from "../../src/db/driver/connect.ts";

interface Relation {
  name: string;
  kind: string;
  comment: string;
  columns: { name: string; type: string; nullable: boolean; comment: string }[];
  primary: string | null;
  indexes: string[];
  references: string[];
}

/** The order in which the tables are told. What is not listed fails the generator. */
const CHAPTERS: readonly (readonly [title: string, intro: string, relations: readonly string[]])[] = [
  ["Rounds and players", "Every other table refers to these.", ["rounds", "players", "round_players"]],
  ["Maps", "What people call the places of a map (`prox map area`).", ["map_areas"]],
  [
    "Facts",
    "The rows of the round files. Columns that come from a file have the same name as in [the format](format.md).",
    [
      "player_positions",
      "combat_events",
      "engagement_analysis",
      "engagement_participants",
      "proximity_events",
      "proximity_heatmap",
      "objective_events",
      "objectives",
      "announcements",
    ],
  ],
  [
    "Derived",
    "The import computes these for a round from its facts (`sql/derive`), and replaces what was there.",
    [
      "player_engagement_stats",
      "combat_counts",
      "downs",
      "trade_chances",
      "trade_counts",
      "last_stands",
      "life_results",
      "player_lives",
      "player_movement",
      "teammate_distances",
      "teammate_synergy",
      "team_shapes",
      "team_moves",
      "moving_pairs",
      "objective_phases",
      "round_rules",
    ],
  ],
  [
    "Totals",
    "What statistics of other trackers say of a player in a round, without moments or places.",
    ["player_totals", "player_weapon_totals", "round_player_totals", "round_weapon_totals"],
  ],
  [
    "Analytic views",
    "Questions that come up every evening. `sql/samples` has queries that use them.",
    [
      "player_profiles",
      "head_to_head",
      "teammate_duos",
      "map_hotspots",
      "session_engagements",
      "objective_results",
      "attack_deaths",
    ],
  ],
  ["Models", "What `prox model train` fitted to the rounds.", ["models"]],
  [
    "Views that other views use",
    "",
    [
      "people",
      "player_aliases",
      "seats",
      "sessions",
      "player_names",
      "player_cells",
      "player_ways",
      "totals_of_both_rounds",
    ],
  ],
  [
    "Names of the engine's numbers",
    "Use a left join: a newer engine may have a weapon that these tables do not have.",
    ["weapons", "means_of_death", "weapon_bins", "classes", "teams"],
  ],
  [
    "Ledgers",
    "",
    [
      "import_files",
      "refused_paths",
      "known_paths",
      "forgotten_rounds",
      "corrections",
      "session_names",
      "session_tags",
      "session_bounds",
      "posts",
      "schema_migrations",
    ],
  ],
];

const INTRODUCTION = `# The database

Generated from the catalog of the database by \`npm run docs\`; \`\\d+\` in psql shows the same.

- Times within a round (\`_ms\`) are milliseconds of round time: it starts when play begins and stops during pauses. Points in
  time (\`_at\`) are UTC.
- The unit of a number is in the name of its column or in the description. A unit of length is the game's own; \`ups\` is units per
  second.
- A number is null when it was not measured, because its file is missing or because there was nothing to divide by. It is 0 when it
  was measured and nothing happened.
- All tables refer to rounds and players by number. Outside the database, use \`rounds.round_key\` and \`players.guid\`: the numbers differ
  from database to database.
- Every key begins with \`round_id\`. So the rows of one round lie together in a table.

For a question about many rounds of a big table, write \`where round_id = any (array(select round_id from rounds where …))\` instead of
a join with \`rounds\`: the planner then finds the rows by their key and does not read the whole table.
`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function describe(relation: Relation): string {
  const { columns, comment, indexes, name, primary, references } = relation;
  const isView = relation.kind === "v";
  const head = isView ? "| column | type | description |" : "| column | type | null | description |";
  const rows = columns.map((column) => {
    const nullable = isView ? "" : ` ${column.nullable ? "yes" : ""} |`;
    return `| \`${column.name}\` | ${column.type} |${nullable} ${cell(column.comment)} |`;
  });
  const notes = [
    ...(primary === null ? [] : [`Primary key: ${primary}.`]),
    ...(indexes.length === 0 ? [] : [`Indexes: ${indexes.join("; ")}.`]),
    ...(references.length === 0 ? [] : [`Refers to: ${references.join(", ")}.`]),
  ];
  return [
    `### ${name}`,
    "",
    `${comment.charAt(0).toUpperCase()}${comment.slice(1)}.`,
    "",
    head,
    head.replaceAll(/[a-z]+/g, "---"),
    ...rows,
    "",
    ...(notes.length === 0 ? [] : [notes.join(" "), ""]),
  ].join("\n");
}

/** The text of docs/schema.md for a database with the schema. */
export async function schemaReference(sql: Sql): Promise<string> {
  const relations = await sql<Relation[]>`
    select
      c.relname as name, c.relkind as kind, coalesce(obj_description(c.oid), '') as comment,
      (select json_agg(json_build_object(
          'name', attname, 'type', format_type(atttypid, atttypmod), 'nullable', not attnotnull,
          'comment', coalesce(col_description(c.oid, attnum), '')) order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
      (select regexp_replace(pg_get_constraintdef(oid), '^PRIMARY KEY \\((.*)\\)$', '\\1')
        from pg_constraint where conrelid = c.oid and contype = 'p') as primary,
      array(select regexp_replace(pg_get_indexdef(indexrelid), '^.* USING btree ', case when indisunique then 'unique ' else '' end)
        from pg_index where indrelid = c.oid and not indisprimary order by 1) as indexes,
      array(select distinct confrelid::regclass::text
        from pg_constraint where conrelid = c.oid and contype = 'f' order by 1) as references
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;
  const byName = new Map(relations.map((relation) => [relation.name, relation]));
  const parts = CHAPTERS.flatMap(([title, intro, names]) => [
    `## ${title}`,
    "",
    ...(intro === "" ? [] : [intro, ""]),
    ...names.map((name) => {
      const relation = byName.get(name);
      if (relation === undefined) throw new Error(`the database has no ${name}`);
      byName.delete(name);
      return describe(relation);
    }),
  ]);
  if (byName.size > 0) throw new Error(`no chapter tells of ${[...byName.keys()].join(", ")}`);
  return [INTRODUCTION, ...parts].join("\n");
}
