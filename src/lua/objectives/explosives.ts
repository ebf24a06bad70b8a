/** Walls, doors and the like, which are blown up for good. */
import { MEANS_DYNAMITE } from "../../engine/means-of-death.ts";
import { clock } from "../clock.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import { formatRow, NO_NUMBER, orNull } from "../rows.ts";
import { blastAt } from "./charges.ts";
import type { Objective } from "./entities.ts";
import { addBreakable, findAttacker, found, tellFound } from "./memory.ts";
import { slotOf } from "../players.ts";
import { ROWS, teamText } from "./rows.ts";

const get = reader(["objectives"], ["classname", "enemy", "takedamage"]);

interface Explosive {
  readonly entity: number;
  readonly objective: Objective;
  /** Whom the engine noted as the last attacker. */
  readonly enemy: number | undefined;
  /** 0 once it is blown up. */
  takesDamage: number;
}

let explosives: Explosive[] = [];

/** Takes over what stands when the recording begins. */
export function adoptExplosives(walls: readonly Objective[]): void {
  explosives = [];
  for (const objective of walls) {
    const { id } = objective;
    addBreakable(id);
    explosives.push({ entity: id, objective, enemy: get(id, "enemy"), takesDamage: get(id, "takedamage") });
  }
}

function explode({ enemy, objective }: Explosive): void {
  const { id, x, y, z } = objective;
  const blast = blastAt(objective);
  let means = NO_NUMBER;
  if (blast === undefined) means = findAttacker(id, enemy);
  else {
    tellFound(slotOf(blast.armer) === undefined ? undefined : blast.armer?.player, blast.source);
    means = orNull(MEANS_DYNAMITE, 0);
  }
  writeRow(
    "objectives",
    formatRow(
      ROWS.objectiveDestroy,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(blast?.team ?? found.player?.team),
      id,
      orNull(blast?.charge, 0),
      means,
      x,
      y,
      z,
    ),
  );
}

/** Looks at everything that can be blown up. */
export function followExplosives(): void {
  for (const explosive of explosives) {
    const { entity } = explosive;
    const takesDamage = get(entity, "takedamage");
    if (takesDamage !== explosive.takesDamage && get(entity, "classname") === "func_explosive") {
      const wasStanding = explosive.takesDamage !== 0;
      explosive.takesDamage = takesDamage;
      if (wasStanding && takesDamage === 0) explode(explosive);
    }
  }
}
