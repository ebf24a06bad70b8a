/** Counts what a file of the proximity tracker says, independently of the reader: for tests that hold the reader against it. */

/** What a round of such a file must have. */
export interface ProximityCounts {
  readonly positions: number;
  readonly events: Readonly<Record<string, number>>;
  readonly players: number;
}

/** The rows of a section as fields. */
export function sectionRows(text: string, name: string): string[][] {
  const from = text.indexOf(`\n# ${name}\n`);
  if (from < 0) return [];
  const next = text.slice(from + 2).search(/\n# [A-Z_]+\n/);
  const body = next < 0 ? text.slice(from + 2) : text.slice(from + 2, from + 2 + next);
  return body
    .split("\n")
    .filter((line, index) => index > 0 && line !== "" && !line.startsWith("#"))
    .map((line) => line.split(";"));
}

/** Counts a file, given as Latin-1. */
export function countProximity(text: string): ProximityCounts {
  const tracks = sectionRows(text, "PLAYER_TRACKS");
  const places = new Set<string>();
  for (const [guid = "", , , , , , , , , path = ""] of tracks)
    for (const sample of path.split("|")) {
      const fields = sample.split(",");
      // Only who lives is somewhere: a player who went to limbo is sampled without health.
      if ((fields[9] === "spawn" || fields[9] === "sample") && Number(fields[4]) > 0)
        places.add(`${guid} ${fields[0]}`);
    }
  const enemyKills = sectionRows(text, "COMBAT_POSITIONS").length;
  const ends = tracks.map((track) => track[7] ?? "");
  const count = (...words: string[]): number => ends.filter((end) => words.includes(end)).length;
  const outcomes = sectionRows(text, "KILL_OUTCOME").map((row) => row[6]);
  const guids = new Set(tracks.map(([guid]) => guid));
  const events = {
    spawn: tracks.length,
    join: guids.size,
    leave: count("disconnect"),
    kill:
      (enemyKills === 0 ? count("killed") : enemyKills) + count("teamkill", "selfkill", "fallen", "world"),
    fire: sectionRows(text, "SHOT_FIRED").length,
    hit: sectionRows(text, "HIT_REGIONS").length,
    revive: sectionRows(text, "REVIVES").length,
    gib: outcomes.filter((outcome) => outcome === "gibbed").length,
    tapout: outcomes.filter((outcome) => outcome === "tapped_out").length,
  };
  return {
    positions: places.size,
    events: Object.fromEntries(Object.entries(events).filter(([, number]) => number > 0)),
    players: guids.size,
  };
}
