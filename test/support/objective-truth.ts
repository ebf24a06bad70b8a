/**
 * What happened to the objectives of a recorded match, from what lies beside the recording and from the recording itself.
 * None of it uses code of prox.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Something that happened: the row's event, when, and the fields of the row that are known. */
export interface TrueObjective {
  readonly event: string;
  readonly timeMs: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A round: what the list beside the recording says, and what the recording itself shows. */
export interface TrueObjectives {
  readonly told: readonly TrueObjective[];
  readonly shown: readonly TrueObjective[];
}

interface Told {
  readonly vm: number;
  readonly timeMs: number;
  readonly event: string;
  readonly slot: string;
  readonly object: string;
  readonly entity: string;
  readonly detail: string;
}

function readList(file: string): Told[] {
  const [, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.flatMap((line) => {
    const [vm = "", , time = "", event = "", slot = "", object = "", entity = "", detail = ""] =
      line.split("\t");
    return time === "" ? [] : [{ vm: Number(vm), timeMs: Number(time), event, slot, object, entity, detail }];
  });
}

const EXPLODED: Readonly<Record<string, string>> = {
  dynamite: "dynamite_explode",
  landmine: "mine_explode",
  satchel_charge: "satchel_explode",
};

/** Events of the list that are rows, with their slot; the entity is the objective where `hasObjective`. */
const PLAIN: Readonly<Record<string, { event: string; hasObjective: boolean } | undefined>> = {
  dynamite_throw: { event: "dynamite_throw", hasObjective: false },
  defused: { event: "dynamite_defuse", hasObjective: false },
  wall_destroyed: { event: "objective_destroy", hasObjective: true },
  build_start: { event: "construct_start", hasObjective: true },
  stage_built: { event: "construct_stage", hasObjective: true },
  built: { event: "construct_finish", hasObjective: true },
  decayed: { event: "construct_decay", hasObjective: true },
  stage_destroyed: { event: "construct_damage", hasObjective: true },
  fully_destroyed: { event: "construct_destroy", hasObjective: true },
  carry: { event: "carry_begin", hasObjective: false },
  carry_end: { event: "carry_end", hasObjective: false },
  mine_throw: { event: "mine_place", hasObjective: false },
  mine_armed: { event: "mine_arm", hasObjective: false },
  satchel_throw: { event: "satchel_place", hasObjective: false },
};

/** The row that an entry of the list asks for, if any. */
function rowOf(entry: Told, before: Told | undefined): TrueObjective | undefined {
  const { detail, entity, event, object, slot, timeMs } = entry;
  const plain = PLAIN[event];
  if (plain !== undefined) {
    const fields: Record<string, string> = slot === "" ? {} : { slot };
    if (plain.hasObjective) fields["objective"] = entity;
    return { event: plain.event, timeMs, fields };
  }
  switch (event) {
    case "armed":
      return {
        event: "dynamite_arm",
        timeMs,
        fields: { slot, other_slot: detail.replace("thrown by ", "") },
      };
    case "exploded":
      return { event: EXPLODED[object] ?? object, timeMs, fields: {} };
    case "mine_triggered":
      return { event: "mine_trigger", timeMs, fields: { slot: detail.replace("owner ", "") } };
    case "flag":
      return { event: "spawn_capture", timeMs, fields: { team: detail.slice(-1), objective: entity } };
    case "vehicle_health":
      return {
        event: detail.endsWith(">0") ? "vehicle_disable" : "vehicle_repair",
        timeMs,
        fields: { slot, objective: entity },
      };
    case "line": {
      if (object.startsWith("Exit: "))
        return {
          event: "exit",
          timeMs,
          fields: { reason: object.includes("Timelimit") ? "time_limit" : "objective" },
        };
      if (!/popup: .* returned "/.test(object)) return undefined;
      // By a player where the engine told just before that one touched it.
      const isTouched = before?.event === "line Item" && before.timeMs === timeMs;
      return {
        event: "carry_return",
        timeMs,
        fields: isTouched ? { slot: before.slot, reason: "player" } : { slot: "", reason: "time" },
      };
    }
    default:
      return undefined;
  }
}

/** A recording line by line, with the state of the entities as far as it is of interest. */
function readShown(file: string): TrueObjective[][] {
  const rounds: TrueObjective[][] = [];
  let state = new Map<string, string>();
  let shown: TrueObjective[] = [];
  let levelMs = 0;
  let startMs = 0;
  let gameState = "";
  let seen = new Map<string, string>();
  const add = (event: string, fields: Record<string, string>): void => {
    shown.push({ event, timeMs: levelMs - startMs, fields });
  };
  const look = (): void => {
    for (const [key, value] of state) {
      const old = seen.get(key) ?? "";
      if (old === value) continue;
      const [entity = "", field = ""] = key.split(" ");
      const name = state.get(`${entity} classname`) ?? "";
      const wasSame = (seen.get(`${entity} classname`) ?? "") === name;
      if (field === "s.effect1Time" && name === "dynamite" && wasSame && old === "0") add("dynamite_arm", {});
      if (field === "s.eType" && wasSame && old === "3" && EXPLODED[name] !== undefined)
        add(EXPLODED[name], {});
      if (field === "count" && name === "team_WOLF_checkpoint" && (value === "1" || value === "2"))
        add("spawn_capture", { team: value, objective: entity });
      if (field === "classname" && name === "dynamite") add("dynamite_throw", {});
      if (field === "classname" && name === "landmine") add("mine_place", {});
      if (field === "classname" && name === "satchel_charge") add("satchel_place", {});
      if (/^ps\.powerups\[[56]\]$/.test(field)) {
        const flags = Number(state.get(`${entity} ps.pm_flags`) ?? 0);
        const isOwn = (flags & (16384 | 4096)) === 0;
        if (value !== "0" && isOwn) add("carry_begin", { slot: entity });
      }
    }
    seen = new Map(state);
  };
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  for (const line of lines) {
    const [kind = "", first = "", second = "", third = ""] = line.split("\t");
    if (kind.startsWith("#")) {
      if (shown.length > 0) rounds.push(shown);
      state = new Map();
      seen = new Map();
      shown = [];
      gameState = "";
    } else if (kind === "S") state.set(`${first} ${second}`, third);
    else if (kind === "G" && first === "11") startMs = Number(second);
    else if (kind === "V" && first === "gamestate") gameState = second;
    else if (kind === "C" && first === "et_RunFrame") {
      // The state of a frame came to be after the frame before; of a map's first second nothing is told.
      if (gameState === "0" && levelMs - startMs >= 1000) look();
      else seen = new Map(state);
      levelMs = Number(third);
    }
  }
  if (shown.length > 0) rounds.push(shown);
  return rounds;
}

/** The rounds of a recording that were played, in order. `base` is its path without endings. */
export function readTrueObjectives(base: string): TrueObjectives[] {
  const list = readList(`${base}.truth.tsv`);
  const played = [...new Set(list.filter(({ event }) => event === "status_cs").map(({ vm }) => vm))];
  const shown = readShown(`${base}.tsv.gz`);
  return played.map((vm, index) => {
    const own = list.filter((entry) => entry.vm === vm);
    const told = own.flatMap((entry, at) => {
      // Who touched it is told with announcements in between.
      const before = own.slice(0, at).findLast(({ event }) => event === "line Item" || event === "carry_end");
      return rowOf(entry, before) ?? [];
    });
    return { told, shown: shown[index] ?? [] };
  });
}
