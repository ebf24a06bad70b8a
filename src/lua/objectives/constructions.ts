/** What engineers build, and what becomes of it. */
import { MEANS_DYNAMITE } from "../../engine/means-of-death.ts";
import { clock } from "../clock.ts";
import { clientOf, slotOf } from "../players.ts";
import type { Client, Player } from "../players.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import { formatRow, orNull } from "../rows.ts";
import { blastAt } from "./charges.ts";
import type { Area, Objective } from "./entities.ts";
import { isIn } from "./entities.ts";
import { damageOf, findAttacker, findEngineer, found, rememberAct, told } from "./memory.ts";
import { ROWS, teamText } from "./rows.ts";

const get = reader(
  ["objectives"],
  [
    "classname",
    "count2",
    "enemy",
    "entstate",
    "health",
    "ps.origin",
    "r.linked",
    "s.angles2",
    "s.frame",
    "s.modelindex",
  ],
);

/** `entstate` while players build, and for 30 s after they stopped. */
const UNDER_CONSTRUCTION = 2;
/** The first number of `s.angles2` of a stage that is built; the second is 1 when all stages are. */
const FULL_PROGRESS = 255;
/** Who builds stands in the trigger, or so near to it, units. */
const REACH_UNITS = 64;

/** How much a player built of the stage at hand. */
interface Share {
  readonly builder: Client;
  progress: number;
}

interface Construction {
  readonly entity: number;
  readonly objective: Objective;
  readonly area: Area | undefined;
  readonly stages: number;
  state: number;
  model: number;
  health: number;
  /** Whom the engine noted as the last attacker. */
  enemy: number | undefined;
  progress: number;
  /** Stages that stand. */
  built: number;
  /** The stage that is being built. */
  stage: number;
  startedMs: number;
  shares: Share[];
}

let constructions: Construction[] = [];

/** Takes over what stands when the recording begins. */
export function adoptConstructions(things: readonly Objective[], areas: readonly Area[]): void {
  constructions = [];
  for (const objective of things) {
    const { id } = objective;
    const [progress, isFinal] = get(id, "s.angles2");
    const stages = math.max(1, get(id, "count2"));
    const state = get(id, "entstate");
    const model = get(id, "s.modelindex");
    const frame = get(id, "s.frame");
    let built = 0;
    if (isFinal !== 0) built = stages;
    else if (state === UNDER_CONSTRUCTION) built = math.max(0, frame - 1);
    else if (model !== 0) built = math.max(1, math.min(frame, stages));
    constructions.push({
      entity: id,
      objective,
      area: areas.find((area) => area.objective === objective),
      stages,
      state,
      model,
      health: get(id, "health"),
      enemy: get(id, "enemy"),
      progress,
      built,
      stage: built + 1,
      startedMs: clock.roundMs,
      shares: [],
    });
  }
}

/** Gives what was built since the last frame to those who built it. */
function share(construction: Construction, progress: number): void {
  const { area, objective, shares } = construction;
  let uses = 0;
  const builders: Player[] = [];
  for (const player of told.engineers) {
    if (player.team === objective.team && area !== undefined) {
      const at = get(player.slot, "ps.origin");
      if (isIn(area, at[0], at[1], at[2], REACH_UNITS)) {
        builders.push(player);
        uses += player.pliersUses;
      }
    }
  }
  if (uses === 0) {
    findEngineer(objective.team, objective.x, objective.y, objective.z, false);
    if (found.player === undefined || found.source !== "fire") return;
    builders.push(found.player);
    uses = found.player.pliersUses;
  }
  for (const player of builders) {
    rememberAct(player, "building");
    const part = (progress * player.pliersUses) / uses;
    const known = shares.find(({ builder }) => builder.player === player && slotOf(builder) !== undefined);
    if (known === undefined) shares.push({ builder: clientOf(player), progress: part });
    else known.progress += part;
  }
}

function percent(progress: number): number {
  return math.min(100, Math.floor((progress * 100) / FULL_PROGRESS + 0.5));
}

function writeShares({ objective, shares, stage, stages }: Construction): void {
  for (const { builder, progress } of shares) {
    const slot = slotOf(builder);
    // Where another client has the slot by now, the row would name them.
    if (slot !== undefined)
      writeRow(
        "objectives",
        formatRow(
          ROWS.constructShare,
          clock.roundMs,
          "fire",
          slot,
          teamText(objective.team),
          objective.id,
          stage,
          stages,
          percent(progress),
          objective.x,
          objective.y,
          objective.z,
        ),
      );
  }
}

function start(construction: Construction): void {
  const { objective, stages } = construction;
  construction.stage = math.max(1, get(objective.id, "s.frame"));
  construction.built = construction.stage - 1;
  construction.startedMs = clock.roundMs;
  construction.progress = 0;
  construction.shares = [];
  findEngineer(objective.team, objective.x, objective.y, objective.z, false);
  writeRow(
    "objectives",
    formatRow(
      ROWS.constructStart,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(objective.team),
      objective.id,
      construction.stage,
      stages,
      objective.x,
      objective.y,
      objective.z,
    ),
  );
}

/** A stage is built; `isFinal`: it was the last. */
function finish(construction: Construction, isFinal: boolean): void {
  const { objective, progress, stage, stages } = construction;
  share(construction, math.max(0, FULL_PROGRESS - progress));
  writeShares(construction);
  construction.built = isFinal ? stages : stage;
  findEngineer(objective.team, objective.x, objective.y, objective.z, false);
  writeRow(
    "objectives",
    formatRow(
      isFinal ? ROWS.constructFinish : ROWS.constructStage,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(objective.team),
      objective.id,
      stage,
      stages,
      orNull(clock.roundMs - construction.startedMs, 0),
      objective.x,
      objective.y,
      objective.z,
    ),
  );
}

function decay(construction: Construction): void {
  const { objective, progress, stage, stages } = construction;
  writeShares(construction);
  writeRow(
    "objectives",
    formatRow(
      ROWS.constructDecay,
      clock.roundMs,
      "none",
      teamText(objective.team),
      objective.id,
      stage,
      stages,
      percent(progress),
      orNull(clock.roundMs - construction.startedMs, 0),
      objective.x,
      objective.y,
      objective.z,
    ),
  );
}

/** A stage or all of it is destroyed. */
function destroy(construction: Construction, isWhole: boolean): void {
  const { built, objective, stages } = construction;
  const means = findAttacker(objective.id, construction.enemy);
  const isDynamite = (damageOf(objective.id)?.means ?? MEANS_DYNAMITE) === MEANS_DYNAMITE;
  const blast = isDynamite ? blastAt(objective) : undefined;
  construction.enemy = get(objective.id, "enemy");
  construction.built = isWhole ? 0 : math.max(0, built - 1);
  writeRow(
    "objectives",
    formatRow(
      isWhole ? ROWS.constructDestroy : ROWS.constructDamage,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(found.player?.team),
      objective.id,
      orNull(blast?.charge, 0),
      built,
      stages,
      means,
      objective.x,
      objective.y,
      objective.z,
    ),
  );
}

function follow(construction: Construction): void {
  const { id } = construction.objective;
  const state = get(id, "entstate");
  const model = get(id, "s.modelindex");
  const wasBuilding = construction.state === UNDER_CONSTRUCTION;
  const isBuilding = state === UNDER_CONSTRUCTION;
  if (state === construction.state && model === construction.model) {
    if (isBuilding && told.engineers.length > 0) {
      const progress = get(id, "s.angles2")[0];
      if (progress > construction.progress) share(construction, progress - construction.progress);
      construction.progress = progress;
    }
    return;
  }
  if (get(id, "classname") !== "func_constructible") return;
  const isLinked = get(id, "r.linked") !== 0;
  const angles = get(id, "s.angles2");
  const health = get(id, "health");
  const isDamaged = damageOf(id) !== undefined || health < math.min(construction.health, 0);
  if (isBuilding && !wasBuilding) {
    start(construction);
    if (angles[0] > 0) share(construction, angles[0]);
  } else if (wasBuilding && !isBuilding && angles[1] !== 0) finish(construction, true);
  else if (isDamaged && construction.model !== 0 && !isLinked) destroy(construction, true);
  else if (isDamaged && construction.model !== 0 && model !== construction.model)
    destroy(construction, model === 0);
  else if (wasBuilding && !isBuilding) {
    if (model !== construction.model) finish(construction, false);
    else if (construction.progress > 0) decay(construction);
  }
  construction.state = state;
  construction.model = model;
  construction.health = health;
  construction.progress = angles[0];
}

/** Looks at everything that can be built. */
export function followConstructions(): void {
  for (const construction of constructions) {
    const { entity, model, state } = construction;
    // Most of the time nothing happens to most of them.
    if (
      state === UNDER_CONSTRUCTION ||
      get(entity, "entstate") !== state ||
      get(entity, "s.modelindex") !== model
    )
      follow(construction);
  }
}
