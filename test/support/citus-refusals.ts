/**
 * What Citus refuses of statements about distributed positions, as far as their text shows it. Each entry was seen on a real
 * cluster; where the tests have one, test/db/citus.test.ts sees that it still refuses the example, with these words.
 */

/** A shape of statements that Citus refuses. */
export interface Refusal {
  readonly what: string;
  /** Whether a statement about positions, in one line and without comments, has the shape. */
  readonly isIn: (statement: string) => boolean;
  readonly example: string;
  readonly says: RegExp;
}

const POSITIONS = /\bplayer_positions\b/;

/** The brackets of a statement: what stands in them, and what stands before them. */
function brackets(statement: string): { before: string; inside: string }[] {
  const found: { before: string; inside: string }[] = [];
  const open: number[] = [];
  for (const { 0: bracket, index: at } of statement.matchAll(/[()]/g)) {
    if (bracket === "(") {
      open.push(at);
      continue;
    }
    const start = open.pop() ?? 0;
    found.push({ before: statement.slice(0, start).trimEnd(), inside: statement.slice(start + 1, at) });
  }
  return found;
}

/** Names of tables that a query uses and does not give: `r` in `select … where p.round_id = r.round_id`. */
function namesFromOutside(query: string): string[] {
  const used = Array.from(query.matchAll(/\b([a-z_]\w*)\."?[a-z_]/g), ([, name]) => name ?? "");
  return used.filter(
    (name) => !new RegExp(`(?:[\\w)"]|\\bas) ${name}(?![\\w.])|\\b(?:from|join) ${name}\\b`).test(query),
  );
}

/** A query without the queries in it: what it joins itself. */
function withoutInner(query: string): string {
  const inner = brackets(query).find(({ inside }) => /^\s*select\b/.test(inside));
  return inner === undefined ? query : withoutInner(query.replace(`(${inner.inside})`, () => "-"));
}

/** Whether a query joins positions with positions without saying that their rounds are the same. */
function joinsOtherRounds(query: string): boolean {
  const own = withoutInner(query);
  const aliases = Array.from(
    own.matchAll(/\bplayer_positions (?:as )?([a-z]\w*)/g),
    ([, name]) => name ?? "",
  );
  if (aliases.length < 2 || /\busing \([^)]*\bround_id\b/.test(own)) return false;
  // What equals what, passed on: `a.round_id = $1 and b.round_id = $1` says that both are the same.
  const same = aliases.map((alias) => new Set([`${alias}.round_id`]));
  const pairs = Array.from(own.matchAll(/([\w.]+\.round_id) = ([\w.$]+)/g), ([, one, other]) => [
    one ?? "",
    other ?? "",
  ]);
  for (const set of same) {
    for (let size = 0; size < set.size;) {
      size = set.size;
      for (const pair of pairs) if (pair.some((one) => set.has(one))) for (const one of pair) set.add(one);
    }
  }
  return same.some((set) => aliases.some((alias) => !set.has(`${alias}.round_id`)));
}

/** All shapes. */
export const REFUSALS: readonly Refusal[] = [
  {
    what: "a query without columns",
    isIn: (statement) => /\(\s*select\s+from\b/.test(statement),
    example: `update rounds set end_ms = case when exists (select from player_positions where round_id = 1) then 1 else 0 end
      where round_id = 1`,
    says: /a column definition list is required/,
  },
  {
    what: "a lateral join with a query of positions",
    isIn: (statement) =>
      brackets(statement).some(({ before, inside }) => before.endsWith("lateral") && POSITIONS.test(inside)),
    example: `select count(*) from unnest(array(select round_id from rounds)) r (round_id)
      cross join lateral (select player_id, count(*) from player_positions p where p.round_id = r.round_id group by 1) c`,
    says: /cannot push down this subquery/,
  },
  {
    what: "a query of positions that refers to a table around it",
    isIn: (statement) =>
      brackets(statement).some(
        ({ inside }) =>
          /^\s*select\b/.test(inside) && POSITIONS.test(inside) && namesFromOutside(inside).length > 0,
      ),
    example:
      "select r.round_id, (select count(*) from player_positions p where p.round_id = r.round_id) from rounds r",
    says: /direct joins between distributed and local tables/,
  },
  {
    what: "a query of another table that refers to positions around it",
    isIn: (statement) => {
      const [, alias] =
        /\bplayer_positions (?:as )?(?!where|on|join|group|order|limit|using)([a-z]\w*)/.exec(statement) ??
        [];
      return brackets(statement).some(
        ({ before, inside }) =>
          /^\s*select\b/.test(inside) &&
          !POSITIONS.test(inside) &&
          before.includes(`player_positions ${alias}`) &&
          namesFromOutside(inside).some((name) => name === alias || name === "player_positions"),
      );
    },
    example: `select count(*) from player_positions p where exists (
      select 1 from objective_phases h where h.round_id = p.round_id and p.time_ms >= h.from_ms)`,
    says: /direct joins between distributed and local tables/,
  },
  {
    what: "positions of different rounds joined with each other",
    isIn: (statement) =>
      [statement, ...brackets(statement).map(({ inside }) => inside)].some(joinsOtherRounds),
    example: `select count(*) from player_positions a join player_positions b on a.time_ms = b.time_ms
      where a.round_id = 1 and b.round_id = 2`,
    says: /complex joins are only supported when all distributed tables are co-located|a join that requires repartitioning/,
  },
  {
    what: "grouping sets",
    isIn: (statement) => /\b(?:rollup|cube|grouping sets) ?\(/.test(statement),
    example: "select team, count(*) from player_positions group by rollup (team)",
    says: /GROUPING|grouping sets/i,
  },
  {
    what: "a recursive query",
    isIn: (statement) => /\bwith recursive\b/.test(statement),
    example: `with recursive w as (select 1 as n union all select n + 1 from w join player_positions on round_id = n)
      select count(*) from w`,
    says: /recursive CTEs are only supported/,
  },
  {
    what: "another round for a row",
    isIn: (statement) =>
      /\bupdate "?player_positions"?.* set (?:(?!\bwhere\b).)*\bround_id =/.test(statement),
    example: "update player_positions set round_id = 1 where round_id = 2",
    says: /modifying the partition value/,
  },
];

/** The shapes that a statement has; none where it is not about positions. */
export function refusalsOf(text: string): string[] {
  const statement = text.replaceAll(/--.*$/gm, " ").replaceAll(/\s+/g, " ").trim();
  if (!POSITIONS.test(statement)) return [];
  return REFUSALS.filter(({ isIn }) => isIn(statement)).map(({ what }) => what);
}
